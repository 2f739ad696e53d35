// Directories of the host in a box: the same script under wbx run, node:wasi and wasmtime, beside the native shell.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bootOptionsOf } from '../../src/box/boot-config.ts';
import { writeBox } from '../../src/box/box-file.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import { kernelBytes } from '../../src/runtime/node/engine.ts';
import { BUSYBOX_ROOTFS, makeBusyboxRootfs } from './busybox.ts';
import { CURRENT_NODE, WASMTIME } from './engines.ts';

const BOX = 'build/test/mount.wasm';
const TIMEOUT_MS = 120_000;
const home = mkdtempSync(join(tmpdir(), 'wbx-mount-'));
let made = 0;

before(() => {
  makeBusyboxRootfs();
  const rootfs = rootfsFromDirectory(BUSYBOX_ROOTFS);
  const config = { Entrypoint: ['/bin/sh', '-c'], Cmd: ['true'] };
  writeBox(BOX, {
    kernel: kernelBytes(),
    image: imageOf(rootfs),
    boot: bootOptionsOf(config, rootfs),
    config: Buffer.from(JSON.stringify({ config })),
  });
});
after(() => rmSync(home, { recursive: true, force: true }));

function newDirectory(): string {
  const path = join(home, `d${++made}`);
  mkdirSync(path);
  return path;
}

type Runner = (directory: string, script: string) => { stdout: string; stderr: string; status: number | null };

const options = (env = {}) => ({
  encoding: 'utf8' as const,
  timeout: TIMEOUT_MS,
  killSignal: 'SIGKILL' as const,
  env: { ...process.env, ...env },
});
const wbx = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/src/cli/main.js', ...args], options({ XDG_DATA_HOME: home }));
const RUNNERS: [name: string, run: Runner][] = [
  ['wbx run', (directory, script) => wbx('run', '-v', `${directory}:/mnt`, BOX, script)],
  [
    'node:wasi',
    (directory, script) => {
      const args = ['--no-warnings', 'examples/engines/node-wasi.mjs', BOX, script];
      return spawnSync(CURRENT_NODE, args, options({ PREOPEN: `${directory}=/mnt` }));
    },
  ],
  [
    'wasmtime',
    (directory, script) =>
      spawnSync(WASMTIME, ['examples/engines/run_wasmtime.py', BOX, script], options({ PREOPEN: `${directory}=/mnt` })),
  ],
];

/** Run in the directory itself natively, in /mnt in a box; what is printed must be the same. */
const SCRIPTS: [what: string, script: string][] = [
  [
    'reading and writing',
    'echo one > f; echo two >> f; cat f; wc -c < f; : > f; wc -c < f; cat nothing 2>/dev/null || echo none',
  ],
  [
    'directories',
    'mkdir -p a/b/c; echo x > a/b/c/f; mv a/b z; ls a z z/c; cat z/c/f; rmdir a z 2>/dev/null; ls; rm -r z; ls',
  ],
  [
    'links',
    'echo x > f; ln f g; ln -s f s; readlink s; cat s; stat -c %h f; rm f; cat g; cat s 2>/dev/null || echo dangles',
  ],
  ['many writers append', 'for i in 1 2 3 4 5 6; do for j in 1 2 3; do echo $i $j >> log; done & done; wait; sort log'],
  ['an open file outlives its name', 'echo still > f; exec 3< f; rm f; cat <&3; ls'],
  ['times', 'touch -d "2001-02-03 04:05:06" f; TZ=UTC stat -c %y f | cut -c1-19; touch g; [ g -nt f ] && echo newer'],
  ['a megabyte', 'seq 1 200000 > f; md5sum < f; dd if=f of=g bs=7777 2>/dev/null; cmp f g && echo same; tail -c 5 g'],
  ['truncate', 'seq 1 100 > f; truncate -s 10 f; od -c f; truncate -s 5000 f; wc -c < f; tail -c 2 f | od -c'],
  ['exclusive', 'set -C; echo a > f; (echo b > f) 2>/dev/null || echo refused; cat f'],
  ['tar', 'mkdir t; for i in 1 2 3; do seq $i 500 > t/$i; done; tar cf t.tar t; tar tf t.tar | sort; rm -r t; ls'],
];

for (const [name, run] of RUNNERS) {
  for (const [what, script] of SCRIPTS) {
    test(`${name}: ${what}`, () => {
      const native = spawnSync('/bin/busybox', ['sh', '-c', script], { ...options(), cwd: newDirectory() });
      const inBox = run(newDirectory(), `cd /mnt; ${script}`);
      assert.deepEqual([inBox.stdout, inBox.status], [native.stdout, native.status], inBox.stderr);
      assert.notEqual(native.stdout, '');
    });
  }

  test(`${name}: what either side changes the other one sees`, () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'request'), 'from the host');
    const script = 'cd /mnt; cat request; mkdir out; echo answer > out/f; mv request out';
    const { stdout, stderr } = run(directory, script);
    assert.equal(stdout, 'from the host', stderr);
    assert.deepEqual(readdirSync(directory), ['out']);
    assert.deepEqual(readdirSync(join(directory, 'out')).sort(), ['f', 'request']);
    assert.equal(readFileSync(join(directory, 'out/f'), 'latin1'), 'answer\n');
  });

  test(`${name}: a directory of 10,000 entries`, () => {
    const directory = newDirectory();
    for (let i = 0; i < 10_000; i++) writeFileSync(join(directory, `file-${i}`), '');
    const { stdout, stderr } = run(directory, 'cd /mnt; ls | sort | md5sum; ls | wc -l; rm -f *; ls | wc -l');
    const names = Array.from({ length: 10_000 }, (_, i) => `file-${i}\n`)
      .sort()
      .join('');
    const sum = spawnSync('md5sum', { input: names, encoding: 'utf8' }).stdout;
    assert.equal(stdout, `${sum}10000\n0\n`, stderr);
    assert.deepEqual(readdirSync(directory), []);
  });

  test(`${name}: links that leave the mount lead into the box, FIFOs are not opened`, () => {
    const directory = newDirectory();
    writeFileSync(join(home, 'secret'), 'secret of the host');
    spawnSync('ln', ['-s', join(home, 'secret'), join(directory, 'absolute')]);
    spawnSync('ln', ['-s', '../secret', join(directory, 'relative')]);
    spawnSync('mkfifo', [join(directory, 'fifo')]);
    const script = 'cd /mnt; cat absolute relative ../secret fifo; echo x > fifo; echo end';
    assert.equal(run(directory, script).stdout, 'end\n');
  });
}

test('a single file, read-only, with its mode, owner and hard links', () => {
  const path = join(newDirectory(), 'single');
  writeFileSync(path, 'content\n');
  chmodSync(path, 0o640);
  const script =
    'cat /etc/single; stat -c "%a %h %s" /etc/single; echo no > /etc/single || echo refused; ls /etc/single/x';
  const { stdout } = wbx('run', '-v', `${path}:/etc/single:ro`, BOX, script);
  assert.equal(stdout, 'content\n640 1 8\nrefused\n');
  assert.equal(readFileSync(path, 'latin1'), 'content\n');
});

test('--tmpfs, --read-only, --mount', () => {
  const directory = newDirectory();
  const mounts = [
    '--read-only',
    '--tmpfs',
    '/run:size=64k,mode=700',
    '--mount',
    `type=bind,src=${directory},dst=/data`,
  ];
  const script =
    'echo x > /f; echo y > /run/f && cat /run/f; stat -c %a /run; echo z > /data/f; dd if=/dev/zero of=/run/g bs=1000 count=100';
  const { stdout, stderr } = wbx('run', ...mounts, BOX, script);
  assert.equal(stdout, 'y\n700\n');
  assert.match(stderr, /Read-only file system/);
  assert.match(stderr, /No space left/);
  assert.equal(readFileSync(join(directory, 'f'), 'latin1'), 'z\n');
});

test('a named volume begins with what the image has, and stays', () => {
  const run = (script: string) => wbx('run', '-v', 'kept:/bin', BOX, script).stdout;
  assert.match(run('echo new > /bin/added; ls /bin'), /^busybox$/m);
  assert.equal(run('cat /bin/added'), 'new\n');
  assert.match(wbx('volume', 'ls').stdout, /local +kept/);
  assert.equal(JSON.parse(wbx('volume', 'inspect', 'kept').stdout)[0].Name, 'kept');
  assert.equal(wbx('volume', 'rm', 'kept').stdout, 'kept\n');
  assert.equal(wbx('volume', 'inspect', 'kept').status, 125);
});

test('modes are those asked for, whatever the umask of wbx', () => {
  const directory = newDirectory();
  wbx(
    'run',
    '-v',
    `${directory}:/mnt`,
    BOX,
    'umask 0; cd /mnt; mkdir -m 777 d; echo > f; chmod 666 f; mkdir -m 1770 s',
  );
  const mode = (name: string) => (statSync(join(directory, name)).mode & 0o7777).toString(8);
  assert.deepEqual([mode('d'), mode('f'), mode('s')], ['777', '666', '1770']);
});
