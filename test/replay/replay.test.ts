// A recorded run and its replay: the same output and the same memory to the last byte, whatever the run got from its host; and
// recordings that cannot be that.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { makeBusyboxBox } from '../library/busybox-box.ts';
import { makePythonBox } from '../snapshot/python-box.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-replay-'));
const python = join(directory, 'python.wasm');
let busybox: string;

const THREADS = `import random, sys, threading, time
def work(n):
    for i in range(5):
        time.sleep(random.random() * 0.01)
        print(n, i, random.random(), time.time(), flush=True)
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for each in threads: each.start()
for each in threads: each.join()
print(sys.stdin.read()[::-1])
sys.exit(3)`;

const SERVER = `import os, socket
server = socket.create_server(('', 80))
print('ready', flush=True)
for _ in range(3):
    client = server.accept()[0]
    question = client.recv(100)
    client.sendall(question[::-1] + os.urandom(4).hex().encode())
    client.close()
    print(question, flush=True)`;

before(() => {
  busybox = makeBusyboxBox(directory);
  makePythonBox(python);
});
after(() => rmSync(directory, { recursive: true, force: true }));

function wbx(args: string[], input = '') {
  const run = spawnSync(process.execPath, ['dist/src/cli/main.js', ...args], {
    input,
    encoding: 'utf8',
    timeout: 100_000,
  });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

function replayed(file: string, ...options: string[]) {
  const run = wbx(['replay', ...options, file]);
  return { ...run, memory: /^replayed (\d+) instructions; the memory is ([0-9a-f]{8})\n/m.exec(run.stderr)?.slice(1) };
}

test('a program with threads, random numbers, clocks and input runs again bit for bit', () => {
  const file = join(directory, 'threads.rec');
  const run = wbx(['run', '-i', '--record', file, python, 'python3', '-c', THREADS], 'typed');
  assert.equal(run.status, 3, run.stderr);
  assert.match(run.stdout, /depyt/);
  for (let i = 0; i < 2; i++) {
    const again = replayed(file);
    assert.deepEqual([again.status, again.stdout], [run.status, run.stdout], again.stderr);
  }
  const other = wbx(['run', '-i', python, 'python3', '-c', THREADS], 'typed');
  assert.notEqual(other.stdout, run.stdout);
});

test('to any instruction, and on from there', () => {
  const file = join(directory, 'threads.rec');
  const whole = replayed(file);
  const last = Number(whole.memory![0]);
  for (const part of [0.2, 0.7, 0.95]) {
    const until = Math.floor(last * part);
    const once = replayed(file, '--until', String(until));
    assert.deepEqual(replayed(file, '-q', '--until', String(until)).memory, once.memory);
    // A block of code is not divided.
    const beyond = Number(once.memory![0]) - until;
    assert.ok(beyond >= 0 && beyond < 1000, `${beyond} instructions too far`);
    assert.ok(whole.stdout.startsWith(once.stdout));
  }
  const saved = join(directory, 'saved.wasm');
  replayed(file, '--until', String(Math.floor(last * 0.5)), '-o', saved);
  const goneOn = wbx(['run', '-i', saved], 'later');
  assert.equal(goneOn.status, 3, goneOn.stderr);
  assert.match(replayed(file, '--until', String(last + 1e6)).stderr, /--until \d+: the box is at instruction \d+ then/);
});

test('a server replays what its clients sent, without them', async () => {
  const file = join(directory, 'server.rec');
  const args = ['run', '--record', file, '-p', '127.0.0.1:18765:80', python, 'python3', '-c', SERVER];
  const box = spawn(process.execPath, ['dist/src/cli/main.js', ...args]);
  let stdout = '';
  const ended = new Promise<number | null>((resolve) => box.on('close', resolve));
  await new Promise<void>((resolve) => {
    box.stdout.on('data', (bytes: Buffer) => {
      stdout += bytes.toString();
      if (stdout.includes('ready')) resolve();
    });
  });
  for (const question of ['one', 'two', 'three']) {
    await new Promise<void>((resolve, reject) => {
      const client = connect(18765, '127.0.0.1', () => client.write(question));
      client.on('data', () => {});
      client.on('close', () => resolve());
      client.on('error', reject);
    });
  }
  assert.equal(await ended, 0);
  const again = replayed(file);
  assert.deepEqual([again.status, again.stdout], [0, stdout], again.stderr);
  assert.match(stdout, /b'one'\nb'two'\nb'three'/);
});

test('what is cut off, damaged, of another box or no recording is refused with a sentence', () => {
  const file = join(directory, 'shell.rec');
  const script = 'for i in 1 2 3; do cat /proc/uptime; done';
  assert.equal(wbx(['run', '--record', file, busybox, 'sh', '-c', script]).status, 0);
  const bytes = readFileSync(file);
  const broken = join(directory, 'broken.rec');
  const refusal = (content: Uint8Array) => {
    writeFileSync(broken, content);
    const { status, stderr } = replayed(broken);
    assert.equal(status, 125, stderr);
    assert.doesNotMatch(stderr, /bug of wbx/);
    return stderr;
  };
  assert.match(refusal(bytes.subarray(0, bytes.length - 1)), /cut off/);
  assert.match(refusal(bytes.subarray(0, bytes.length - 13)), /its end is missing/);
  assert.match(refusal(Buffer.from('something else')), /no recording/);
  for (let at = 0; at < bytes.length; at += 211) {
    const damaged = Buffer.from(bytes);
    damaged[at] ^= 4;
    assert.match(refusal(damaged), /no recording|damaged/);
  }
  assert.match(replayed(file, '--box', python).stderr, /is of another box/);
  assert.match(wbx(['run', '--record', file, '--rootfs', '/bin', 'true']).stderr, /needs a box file/);
});
