// A policy is what a box of the library may reach and use up: nothing of the host without one, and what it names with one.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type BoxEvent, type Exit, type Policy, start, WbxError } from '../../src/index.ts';
import { DEFAULT_SUBNET } from '../../src/runtime/net/subnet.ts';
import { makeBusyboxBox } from './busybox-box.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-policy-'));
const shared = join(directory, 'shared');
let path: string;

before(() => {
  path = makeBusyboxBox(directory);
  mkdirSync(shared);
  writeFileSync(join(shared, 'note'), 'of the host\n');
});
after(() => rmSync(directory, { recursive: true, force: true }));

interface Outcome {
  exit: Exit;
  text: string;
  limits: string[];
}

async function run(script: string, policy?: Policy): Promise<Outcome> {
  let text = '';
  const limits: string[] = [];
  const stdout = (bytes: Uint8Array) => {
    text += new TextDecoder().decode(bytes);
  };
  const onEvent = (event: BoxEvent) => {
    if (event.type === 'limit') limits.push(event.limit);
  };
  const box = await start(path, { command: ['sh', '-c', script], stdout, stderr: stdout, policy, onEvent });
  return { exit: await box.exit, text, limits };
}

function refused(policy: Policy, code: string, message: RegExp): Promise<void> {
  return assert.rejects(start(path, { policy }), (error) => {
    return error instanceof WbxError && error.code === code && message.test(error.message);
  });
}

test('a server of this machine is reached by leave alone', async () => {
  const server = createServer((_, response) => response.end('hello\n'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const fetch = `wget -qO- http://${DEFAULT_SUBNET.gateway}:${(server.address() as AddressInfo).port}/ 2>&1`;
  try {
    assert.equal((await run(fetch, { network: { allow: ['127.0.0.1'] } })).text, 'hello\n');
    for (const policy of [undefined, {}, { network: {} }, { network: { allow: ['192.0.2.1'] } }, { publish: ['80'] }]) {
      const { exit, text } = await run(fetch, policy);
      assert.notEqual(exit.status, 0);
      assert.match(text, /unreachable/);
    }
  } finally {
    server.close();
  }
});

test('a published port leads in', async () => {
  const command = ['sh', '-c', 'echo from the box | nc -l -p 80'];
  const box = await start(path, { command, policy: { publish: ['127.0.0.1::80'] } });
  const [{ hostPort, boxPort, protocol }] = box.ports;
  assert.deepEqual([boxPort, protocol], [80, 'tcp']);
  const text = await new Promise<string>((resolve, reject) => {
    // Until the box listens, its clients are reset.
    const attempt = () => {
      let received = '';
      const socket = connect(hostPort, '127.0.0.1');
      socket.on('data', (data) => {
        received += data;
      });
      socket.on('end', () => resolve(received));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNRESET') setTimeout(attempt, 20);
        else reject(error);
      });
    };
    attempt();
  });
  assert.equal(text, 'from the box\n');
  await box.stop();
});

test('a mount is read, and written where that is allowed', async () => {
  const mounts = [{ source: shared, target: '/tmp/shared' }];
  const script = 'cat /tmp/shared/note; echo changed > /tmp/shared/note';
  const { text } = await run(script, { mounts });
  assert.match(text, /^of the host\n.*Read-only file system\n$/);
  assert.equal(readFileSync(join(shared, 'note'), 'utf8'), 'of the host\n');
  assert.equal((await run(script, { mounts: [{ ...mounts[0], writable: true }] })).text, 'of the host\n');
  assert.equal(readFileSync(join(shared, 'note'), 'utf8'), 'changed\n');
  assert.match((await run(script)).text, /No such file/);
});

test('a policy that makes no sense is refused', async () => {
  await refused({ mounts: [{ source: join(directory, 'none'), target: '/x' }] }, 'NOT_FOUND', /nothing to mount/);
  await refused({ mounts: [{ source: shared, target: '/' }] }, 'BAD_ARGUMENT', /other than \//);
  await refused({ mounts: [{ source: shared, target: 'x' }] }, 'BAD_ARGUMENT', /absolute path/);
  await refused({ mounts: [{ source: '/dev/null', target: '/x' }] }, 'BAD_ARGUMENT', /neither/);
  await refused({ network: { allow: ['a b'] } }, 'BAD_ARGUMENT', /neither an address nor a name/);
  await refused({ publish: ['99999'] }, 'BAD_ARGUMENT', /not a range of ports/);
});

test('limits are named when they are met', async () => {
  // A megabyte, again and again: one large piece would be refused instead.
  const hoard = 'a=x; while [ ${#a} -lt 1000000 ]; do a=$a$a; done; while :; do i=$((i+1)); eval "v$i=\\$a"; done';
  const memory = await run(hoard, { limits: { memory: 32 << 20 } });
  assert.deepEqual([memory.exit.status, memory.exit.limit, memory.limits], [137, 'memory', ['memory']]);
  const tasks = await run('sleep 1000 & sleep 1000 & sleep 1000 & sleep 1000', { limits: { tasks: 3 } });
  assert.match(tasks.text, /can't fork/);
  assert.deepEqual([tasks.exit.limit, tasks.limits], [undefined, ['tasks']]);
  const files = await run('dd if=/dev/zero of=/tmp/x bs=1M count=8', { limits: { files: 4 << 20 } });
  assert.match(files.text, /No space left on device/);
  assert.deepEqual([files.exit.limit, files.limits], [undefined, ['files']]);
  const time = await run('sleep 1000', { limits: { time: 50 } });
  assert.deepEqual([time.exit.status, time.exit.limit, time.limits], [137, 'time', ['time']]);
  const spin = 'while :; do :; done';
  const instructions = await run(spin, { limits: { instructions: 5e6 } });
  assert.deepEqual([instructions.exit.status, instructions.exit.limit], [137, 'instructions']);
  assert.ok(instructions.exit.instructions >= 5e6);
  assert.equal((await run(spin, { limits: { time: 100 } })).exit.limit, 'time');
});

test('a snapshot has limits and a network of its own', async () => {
  await using box = await start(path, { command: ['sh', '-c', 'while :; do :; done'] });
  const snapshot = box.snapshot();
  const twin = await snapshot.start({ policy: { limits: { instructions: 1e6 } } });
  assert.equal((await twin.exit).limit, 'instructions');
  await using open = await snapshot.start({ policy: { publish: ['127.0.0.1::80'] } });
  assert.equal(open.ports.length, 1);
  const mounts = [{ source: shared, target: '/x' }];
  await assert.rejects(snapshot.start({ policy: { mounts } }), /leave "mounts" out/);
  await assert.rejects(box.fork({ policy: { limits: { memory: 1 } } }), /leave "memory" out/);
});

test('users have the names of the image', async () => {
  let text = '';
  const stdout = (bytes: Uint8Array) => {
    text += new TextDecoder().decode(bytes);
  };
  const box = await start(path, { command: ['sh', '-c', 'id -u; id -g; echo $HOME'], user: 'guest', stdout });
  await box.exit;
  assert.equal(text, '1001\n1002\n/tmp\n');
  await assert.rejects(start(path, { user: 'nobody' }), /unable to find user nobody/);
});

test('events tell what happens', async () => {
  const events: BoxEvent[] = [];
  const onEvent = (event: BoxEvent) => events.push(event);
  const box = await start(path, { command: ['sleep', '1000'], onEvent });
  const process = box.exec(['sh', '-c', 'id -u; exit 3'], { user: 'guest' });
  const { pid } = process;
  assert.deepEqual(await process.result, { status: 3, stdout: '1001\n', stderr: '' });
  await box.stop();
  const exit = await box.exit;
  assert.deepEqual(events, [
    { type: 'exec', pid, command: ['sh', '-c', 'id -u; exit 3'] },
    { type: 'execExit', pid, status: 3 },
    { type: 'exit', exit },
  ]);
});
