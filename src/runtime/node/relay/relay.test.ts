// What a relay does for clients that do not keep to its protocol: nothing, and it serves the others on.
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { ECONNREFUSED, EHOSTUNREACH, ENETUNREACH } from '../../../../abi/linux/errno.ts';
import * as R from '../../net/relay-protocol.ts';
import { Relay } from './relay.ts';

const ORIGIN = 'https://boxes.example';
const BREACH = 1008;
/** What WebSockets say of an end without a reason. */
const ABNORMAL = 1006;
const CONNECTIONS = 3;

let relay: Relay;
let server: Server;
let port: number;

before(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    // Says more than a client grants at first, to who sends "flood".
    socket.on('data', (bytes) => socket.write(bytes.toString() === 'flood' ? Buffer.alloc(4 << 20) : bytes));
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  relay = await Relay.listen({
    host: '127.0.0.1',
    port: 0,
    policy: { allow: [`127.0.0.1:${port}`, '127.0.0.1:1', 'named.example'] },
    origins: [ORIGIN],
    hosts: new Map([
      ['local.example', '127.0.0.1'],
      ['named.example', '127.0.0.1'],
    ]),
    connections: CONNECTIONS,
  });
});

after(() => {
  relay.close();
  server.close();
});

function client(to: string, origin: string | undefined = ORIGIN): WebSocket {
  const socket = new WebSocket(`${relay.address}?to=${encodeURIComponent(to)}`, { origin });
  socket.on('error', () => {});
  return socket;
}

const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.on('close', resolve));

/** A client whose connection stands. */
async function opened(): Promise<WebSocket> {
  const socket = client(`local.example:${port}`);
  await new Promise<void>((resolve, reject) => {
    socket.once('message', (data) => (String(data) === R.RELAY_OPEN ? resolve() : reject(new Error(String(data)))));
  });
  return socket;
}

const says = (socket: WebSocket) =>
  new Promise((resolve) => socket.on('message', (data, binary) => binary && resolve(String(data))));

test('what is no rule, no address or no server is told by its errno', async () => {
  const outcomes: [to: string, code: number][] = [
    ['127.0.0.1:1', R.RELAY_CLOSE + ECONNREFUSED],
    [`127.0.0.1:${port === 65535 ? 2 : port + 1}`, R.RELAY_CLOSE + ENETUNREACH],
    ['[::1]:80', R.RELAY_CLOSE + ENETUNREACH],
    // A name alone does not open this machine.
    ['named.example:80', R.RELAY_CLOSE + ENETUNREACH],
    [`127.0.0.1:${port}:${port}`, R.RELAY_CLOSE + ENETUNREACH],
    ['127.0.0.1:0', R.RELAY_CLOSE + ENETUNREACH],
    ['127.0.0.1:99999', R.RELAY_CLOSE + ENETUNREACH],
    ['', R.RELAY_CLOSE + ENETUNREACH],
    ['no.such.name.invalid:80', R.RELAY_CLOSE + EHOSTUNREACH],
  ];
  for (const [to, code] of outcomes) assert.equal(await closed(client(to)), code, to);
});

test('who has another origin, or none, is refused, and who is one too many', async () => {
  for (const origin of ['https://boxes.example.evil', 'http://boxes.example', undefined]) {
    const socket = new WebSocket(`${relay.address}?to=127.0.0.1:${port}`, { origin });
    socket.on('error', () => {});
    assert.equal(await closed(socket), ABNORMAL);
  }
  const all = await Promise.all(Array.from({ length: CONNECTIONS }, opened));
  assert.equal(await closed(client(`127.0.0.1:${port}`)), ABNORMAL);
  const ends = all.map(closed);
  for (const socket of all) socket.close();
  await Promise.all(ends);
});

test('who breaks the protocol is closed', async () => {
  const early = client(`local.example:${port}`);
  early.on('open', () => early.send(`${R.RELAY_CREDIT}1`));
  assert.equal(await closed(early), BREACH);
  const breaches: (string | Buffer)[] = [
    `${R.RELAY_CREDIT}1`,
    `${R.RELAY_CREDIT}-1`,
    'hello',
    Buffer.alloc(R.RELAY_FIRST_CREDIT + 1),
  ];
  for (const breach of breaches) {
    const socket = await opened();
    socket.send(breach);
    assert.equal(await closed(socket), BREACH, String(breach).slice(0, 20));
  }
  const socket = await opened();
  socket.send(Buffer.from('still there'));
  assert.equal(await says(socket), 'still there');
  socket.close();
  await closed(socket);
});

test('no more comes than was granted', async () => {
  const socket = await opened();
  let got = 0;
  socket.on('message', (data: Buffer, binary) => {
    if (binary) got += data.length;
  });
  socket.send(Buffer.from('flood'));
  while (got < R.RELAY_FIRST_CREDIT) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(got, R.RELAY_FIRST_CREDIT);
  socket.send(`${R.RELAY_CREDIT}1000`);
  while (got < R.RELAY_FIRST_CREDIT + 1000) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(got, R.RELAY_FIRST_CREDIT + 1000);
  socket.close();
  await closed(socket);
});
