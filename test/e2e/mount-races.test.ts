// Nobody leaves a host mount: the file server is asked for what a hostile kernel could ask, and while somebody swaps a
// directory for a link to the outside as fast as this machine can.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as F from '../../abi/hostfs.ts';
import { EBADF, EINVAL, ELOOP, ENFILE, ENXIO, EROFS } from '../../abi/linux/errno.ts';
import { NodeFiles } from '../../src/runtime/node/files/server.ts';

const home = mkdtempSync(join(tmpdir(), 'wbx-race-'));
const outside = join(home, 'outside');
const inside = join(home, 'inside');
mkdirSync(outside);
mkdirSync(join(inside, 'real'), { recursive: true });
writeFileSync(join(outside, 'f'), 'secret');
writeFileSync(join(inside, 'real', 'f'), 'public');
symlinkSync(outside, join(inside, 'link'));
after(() => rmSync(home, { recursive: true, force: true }));

const ROOM = 4096;

/** Result of an operation, and what it left behind the attributes. */
function ask(files: NodeFiles, op: number, paths: string[], { handle = 0, flags = 0, arg = 0, mode = 0 } = {}) {
  const buffer = new Uint8Array(F.FILE_ATTR_SIZE + ROOM);
  new DataView(buffer.buffer).setUint32(F.FILE_ATTR_MODE, mode, true);
  buffer.set(new TextEncoder().encode(paths.map((path) => `${path}\0`).join('')), F.FILE_ATTR_SIZE);
  const result = files.answer({ op, handle, flags, arg, buffer }) as number;
  return { result, text: Buffer.from(buffer.subarray(F.FILE_ATTR_SIZE)).toString('latin1', 0, Math.max(result, 0)) };
}

function withFiles(readOnly: boolean, use: (files: NodeFiles) => void): void {
  const files = new NodeFiles([{ path: inside, readOnly }], 0, 0);
  try {
    use(files);
  } finally {
    files.close();
  }
}

test('names that are no plain names are refused', () => {
  withFiles(false, (files) => {
    for (const path of ['..', '../outside/f', 'real/../../outside/f', '/etc/passwd', './real', 'real//f', 'real/']) {
      for (const op of [F.FILE_STAT, F.FILE_OPEN, F.FILE_REMOVE, F.FILE_READLINK]) {
        assert.equal(ask(files, op, [path]).result, -EINVAL, `${op} ${path}`);
      }
      assert.equal(ask(files, F.FILE_RENAME, ['real/f', path]).result, -EINVAL, path);
    }
  });
});

test('links are not followed, wherever they are in a path', () => {
  withFiles(false, (files) => {
    for (const op of [F.FILE_STAT, F.FILE_OPEN, F.FILE_REMOVE]) assert.ok(ask(files, op, ['link/f']).result < 0);
    assert.equal(ask(files, F.FILE_OPEN, ['link']).result, -ELOOP);
    const mode = 0o100644;
    assert.ok(ask(files, F.FILE_MAKE, ['link/made'], { mode }).result < 0);
    assert.ok(ask(files, F.FILE_SETATTR, ['link'], { arg: F.SET_MODE, mode: 0o777 }).result < 0);
    assert.deepEqual(readdirSync(outside), ['f']);
  });
});

test('nothing is changed through a read-only root, unknown handles and roots are refused', () => {
  withFiles(true, (files) => {
    assert.equal(ask(files, F.FILE_REMOVE, ['real/f']).result, -EROFS);
    assert.equal(ask(files, F.FILE_OPEN, ['real/f'], { flags: F.FILE_WRITABLE }).result, -EROFS);
    assert.equal(ask(files, F.FILE_READ, [], { handle: 77 }).result, -EBADF);
    assert.equal(ask(files, F.FILE_STAT, ['real'], { handle: 9 }).result, -EINVAL);
    const opened = ask(files, F.FILE_OPEN, ['real/f']).result;
    assert.ok(opened > 0);
    assert.ok(ask(files, F.FILE_WRITE, ['x'], { handle: opened }).result < 0);
    assert.ok(ask(files, F.FILE_SETATTR, [], { handle: opened, flags: F.FILE_BY_HANDLE, arg: F.SET_SIZE }).result < 0);
    assert.equal(readFileSync(join(inside, 'real/f'), 'latin1'), 'public');
  });
});

test('open files are bounded', () => {
  withFiles(true, (files) => {
    let result = 1;
    let count = 0;
    for (; result > 0 && count < 100_000; count++) result = ask(files, F.FILE_OPEN, ['real/f']).result;
    assert.equal(result, -ENFILE);
    assert.ok(count < 5000);
  });
});

test('what is neither file nor directory is not opened', async () => {
  const mkfifo = spawn('mkfifo', [join(inside, 'fifo')]);
  await new Promise((resolve) => mkfifo.on('exit', resolve));
  withFiles(false, (files) => {
    assert.equal(ask(files, F.FILE_OPEN, ['fifo']).result, -ENXIO);
    assert.equal(ask(files, F.FILE_OPEN, ['fifo'], { flags: F.FILE_WRITABLE }).result, -ENXIO);
  });
});

/** Exchanges a directory and a link to the outside, without a pause. */
const SWAP = `
import ctypes, sys
libc = ctypes.CDLL(None)
a, b = (path.encode() for path in sys.argv[1:3])
print("ready", flush=True)
while True:
    libc.renameat2(-100, a, -100, b, 2)
`;

async function swapper(): Promise<ChildProcess> {
  const child = spawn('python3', ['-c', SWAP, join(inside, 'swap'), join(inside, 'trap')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout!.once('data', resolve));
  return child;
}

test('a directory that becomes a link between check and use leads nowhere', async () => {
  mkdirSync(join(inside, 'swap'));
  writeFileSync(join(inside, 'swap', 'f'), 'public');
  symlinkSync(outside, join(inside, 'trap'));
  const child = await swapper();
  const seen = { public: 0, refused: 0 };
  try {
    withFiles(false, (files) => {
      const end = performance.now() + 3000;
      while (performance.now() < end) {
        const handle = ask(files, F.FILE_OPEN, ['swap/f'], { flags: F.FILE_WRITABLE }).result;
        if (handle < 0) seen.refused++;
        else {
          assert.equal(ask(files, F.FILE_READ, [], { handle }).text, 'public');
          ask(files, F.FILE_CLOSE, [], { handle });
          seen.public++;
        }
        ask(files, F.FILE_MAKE, ['swap/made'], { mode: 0o100644 });
        ask(files, F.FILE_SETATTR, ['swap/f'], { arg: F.SET_MODE, mode: 0o600 });
        ask(files, F.FILE_REMOVE, ['swap/made']);
        // Otherwise one look would be good for 50 ms.
        ask(files, F.FILE_REMOVE, ['none'], { flags: F.FILE_DIRECTORY });
        ask(files, F.FILE_MAKE, ['again'], { mode: 0o040755 });
        ask(files, F.FILE_REMOVE, ['again'], { flags: F.FILE_DIRECTORY });
      }
    });
  } finally {
    child.kill('SIGKILL');
  }
  assert.ok(seen.public > 0 && seen.refused > 0, `the race took place: ${JSON.stringify(seen)}`);
  assert.deepEqual(readdirSync(outside), ['f']);
  assert.equal(readFileSync(join(outside, 'f'), 'latin1'), 'secret');
});
