// Shell scripts run on this machine and in a box of debian:bookworm: the same bytes out, the same status.
// A script runs in an empty directory that holds it alone; its first line says what it covers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { rawLayout, rawSource } from '../../src/box/chunk-places.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { contentOfFile } from '../../src/image/files.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import { insert, newDirectory, newInode, S_IFREG } from '../../src/image/rootfs.ts';
import { runBox } from '../../src/runtime/node/run.ts';

const SCRIPTS = 'test/scripts';
const BASE = 'build/bookworm';
const DIRECTORY = '/tmp/work';
const ENV = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LC_ALL=C'];
const TIMEOUT_MS = 120_000;

interface Result {
  output: string;
  status: number | null;
}

/** stdout and stderr in the order in which they were written. */
const command = (script: string) => ['/bin/bash', '-c', `exec /bin/bash ./${script} 2>&1 </dev/null`];

function natively(script: string): Result {
  const cwd = mkdtempSync(join(tmpdir(), 'wbx-script-'));
  try {
    copyFileSync(join(SCRIPTS, script), join(cwd, script));
    const [program, ...args] = ['env', '-i', ...ENV, ...command(script)];
    const { stdout, status } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: TIMEOUT_MS });
    return { output: stdout, status };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function inBox(script: string): Promise<Result> {
  const rootfs = rootfsFromDirectory(BASE);
  const path = join(SCRIPTS, script);
  const content = contentOfFile(path, statSync(path).size);
  insert(rootfs, DIRECTORY, newDirectory());
  insert(
    rootfs,
    `${DIRECTORY}/${script}`,
    newInode(S_IFREG | 0o644, { content, mtimeSec: Math.floor(Date.now() / 1000) }),
  );
  const image = imageOf(rootfs);
  const output: Buffer[] = [];
  const sink = { write: (bytes: Uint8Array) => output.push(Buffer.from(bytes)) && bytes.length };
  const { status } = await runBox({
    boot: { argv: command(script), env: ENV, cwd: DIRECTORY, hostname: 'box' },
    layout: rawLayout(image),
    image: rawSource(image),
    stdin: null,
    stdout: sink,
    stderr: sink,
  });
  return { output: Buffer.concat(output).toString(), status };
}

for (const script of readdirSync(SCRIPTS).filter((name) => name.endsWith('.sh'))) {
  test(script, { timeout: TIMEOUT_MS }, async () => assert.deepEqual(await inBox(script), natively(script)));
}
