// wbx talk as a user types it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, test } from 'node:test';
import { boxFile, DIRECTORY } from './box.ts';

const COUNTER = `import os, struct, time
fd, n = os.open('/dev/wbx', os.O_RDWR), 0
while frame := os.read(fd, 4):
    text = os.read(fd, 100000) if frame != bytes(4) else b''
    n += 1
    answer = b'%d %s %d' % (n, text, time.time() // 86400 if text == b'day' else 0)
    os.write(fd, struct.pack('<I', len(answer)) + answer)`;

before(() => {
  boxFile();
});

function talk(input: string, ...args: string[]) {
  const run = spawnSync(process.execPath, ['dist/src/cli/main.js', 'talk', ...args], {
    input,
    encoding: 'utf8',
    timeout: 100_000,
  });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

test('lines are messages; a snapshot goes on where it was taken', () => {
  const saved = `${DIRECTORY}/talk.wasm`;
  const command = [boxFile(), 'python3', '-c', COUNTER];
  const first = talk(`a\n\n!!snapshot ${saved}\nb\n!!restore ${saved}\nc\n`, ...command);
  assert.deepEqual(first, { status: 0, stdout: '1 a 0\n2  0\n3 b 0\n3 c 0\n', stderr: `wrote ${saved}\n` });
  assert.equal(talk('d\n', saved).stdout, '3 d 0\n');
});

test('time stands still, and moves on when told', () => {
  const input = 'day\n!!clock 86400000\nday\n!!clock\n';
  const { status, stdout, stderr } = talk(input, '--freeze-time', boxFile(), 'python3', '-c', COUNTER);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: '1 day 11574\n2 day 11575\n' });
  assert.match(stderr, /^2001-09-10T01:46:4\d.\d{3}Z\n2001-09-10T01:46:4/);
});

test('orders that make no sense end it with a sentence; a box that ends is its end', () => {
  const command = [boxFile(), 'python3', '-c', COUNTER];
  assert.match(talk('!!what\n', ...command).stderr, /^wbx: !!what is unknown; there are !!snapshot, /);
  assert.match(talk('!!restore\n', ...command).stderr, /^wbx: the file is missing/);
  assert.match(talk('!!restore /nowhere\n', ...command).stderr, /^wbx: .*\/nowhere/);
  assert.equal(talk('a\nb\n', boxFile(), 'sh', '-c', 'exit 3').status, 3);
});
