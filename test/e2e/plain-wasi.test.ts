// Boxes under plain WASI: stdin, sleeping, the environment, the exit status, with nobody serving the rings.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, test } from 'node:test';
import { bootOptionsOf } from '../../src/box/boot-config.ts';
import { writeBox } from '../../src/box/box-file.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import { kernelBytes } from '../../src/runtime/node/engine.ts';
import { BUSYBOX_ROOTFS, makeBusyboxRootfs } from './busybox.ts';
import { CURRENT_NODE, WASMTIME } from './engines.ts';

const BOX = 'build/test/busybox.wasm';
const PLAIN_WASI = ['--no-warnings', 'examples/engines/node-wasi.mjs', BOX];
const TIMEOUT_MS = 60_000;

const ENGINES: [name: string, program: string, args: string[]][] = [
  ['node:wasi, Node of this machine', process.execPath, PLAIN_WASI],
  ['node:wasi, current Node', CURRENT_NODE, PLAIN_WASI],
  ['wasmtime', WASMTIME, ['examples/engines/run_wasmtime.py', BOX]],
];

before(() => {
  makeBusyboxRootfs();
  const rootfs = rootfsFromDirectory(BUSYBOX_ROOTFS);
  const config = { Entrypoint: ['/bin/sh', '-c'], Cmd: ['echo default; exit 3'], Env: ['GREETING=hi'] };
  const boot = bootOptionsOf(config, rootfs);
  writeBox(BOX, {
    kernel: kernelBytes(),
    image: imageOf(rootfs),
    boot,
    config: Buffer.from(JSON.stringify({ config })),
  });
});

const CASES: [what: string, args: string[], input: string, stdout: string, status: number][] = [
  ['the image says what runs', [], '', 'default\n', 3],
  ['arguments replace CMD, ENTRYPOINT stays', ['echo $GREETING $0', 'x'], '', 'hi x\n', 0],
  ['stdin is read to its end', ['read line; echo "[$line]"; cat'], 'a\nb\nc\n', '[a]\nb\nc\n', 0],
  ['sleeping ends', ['(sleep 0.3; echo awake) & sleep 0.1; echo first; wait'], '', 'first\nawake\n', 0],
  ['pipelines and processes', ['seq 1 2000 | cat | head -n 1500 | tail -n 1'], '', '1500\n', 0],
  ['a child can be killed, pid 1 cannot', [`sh -c 'kill -9 $$'; echo $?; kill -9 $$; echo here`], '', '137\nhere\n', 0],
];

for (const [name, program, args] of ENGINES) {
  for (const [what, command, input, stdout, status] of CASES) {
    test(`${name}: ${what}`, () => {
      const options = { encoding: 'utf8', input, timeout: TIMEOUT_MS } as const;
      const result = spawnSync(program, [...args, ...command], options);
      assert.deepEqual([result.stdout, result.status], [stdout, status], result.stderr);
    });
  }
}
