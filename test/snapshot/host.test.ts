// What is between a box and its host does not go on with a snapshot: connections are reset, files of the host are errors, and
// new ones are made where the new host lets them. The box that was saved notices nothing.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Policy, start } from '../../src/index.ts';
import { DEFAULT_SUBNET } from '../../src/runtime/net/subnet.ts';
import { makeBusyboxBox } from '../library/busybox-box.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-host-'));
const clients: Socket[] = [];
let path: string;
let server: Server;

before(async () => {
  path = makeBusyboxBox(directory);
  mkdirSync(join(directory, 'shared'));
  writeFileSync(join(directory, 'shared/note'), 'of the host\n');
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    clients.push(socket);
    socket.write('welcome\n');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
after(() => {
  server.close();
  for (const client of clients) client.destroy();
  rmSync(directory, { recursive: true, force: true });
});

/** What a box prints, and what it has printed when it waits. */
function listener(): { text(): string; output(bytes: Uint8Array): void; until(part: string): Promise<void> } {
  let text = '';
  let heard = () => {};
  return {
    text: () => text,
    output: (bytes) => {
      text += new TextDecoder().decode(bytes);
      heard();
    },
    until: (part) =>
      new Promise((resolve) => {
        heard = () => text.includes(part) && resolve();
        heard();
      }),
  };
}

test('connections of a box stay with it; its copy sees them reset and makes new ones', async () => {
  const to = `${DEFAULT_SUBNET.gateway} ${(server.address() as AddressInfo).port}`;
  const script = `nc ${to}; echo ended; nc ${to}`;
  const policy: Policy = { network: { allow: ['127.0.0.1'] } };
  const first = listener();
  const box = await start(path, { command: ['sh', '-c', script], stdout: first.output, stderr: first.output, policy });
  await first.until('welcome\n');
  const snapshot = box.snapshot();

  const copy = listener();
  const twin = await snapshot.start({ stdout: copy.output, stderr: copy.output, policy });
  await copy.until('welcome\n');
  assert.match(copy.text(), /ended\nwelcome\n$/);
  await twin.stop();

  const alone = listener();
  const cut = await snapshot.start({ stdout: alone.output, stderr: alone.output });
  assert.notEqual((await cut.exit).status, 0);
  assert.match(alone.text(), /ended\n.*(unreachable|down)/);

  clients[0].write('still here\n');
  await first.until('still here\n');
  assert.equal(first.text(), 'welcome\nstill here\n');
  await box.stop();
});

test('files of the host stay with the box; its copy sees errors', async () => {
  const script = 'exec 3</tmp/shared/note; echo open; read x; cat <&3; cat /tmp/shared/note; echo done';
  const policy: Policy = { mounts: [{ source: join(directory, 'shared'), target: '/tmp/shared' }] };
  const first = listener();
  let send: ReadableStreamDefaultController<Uint8Array>;
  const stdin = new ReadableStream<Uint8Array>({
    start: (controller) => {
      send = controller;
    },
  });
  const options = { command: ['sh', '-c', script], stdout: first.output, stderr: first.output, stdin, policy };
  const box = await start(path, options);
  await first.until('open\n');
  const copy = listener();
  const twin = await box.snapshot().start({ stdin: '\n', stdout: copy.output, stderr: copy.output });
  await twin.exit;
  assert.doesNotMatch(copy.text(), /of the host/);
  assert.equal(copy.text().match(/^cat: .*$/gm)?.length, 2, copy.text());
  assert.match(copy.text(), /done\n$/);
  send!.enqueue(new TextEncoder().encode('\n'));
  await box.exit;
  assert.equal(first.text(), 'open\nof the host\nof the host\ndone\n');
});
