// What a box in a page reaches: HTTP by fetch, TCP by a relay, and nothing that is not allowed. The servers are real processes of ours
// at loopback, by names that the browser is told of; the box has curl and Python.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { makePythonBox } from '../../snapshot/python-box.ts';
import { PageServer } from './server.ts';

const BOX = 'build/test/network-page.wasm';
const WAIT_MS = 120_000;
const LARGE = 3 << 20;

let browser: Browser;
let page: Page;
let pages: PageServer;
let http: Server;
let tcp: TcpServer;
let relay: ChildProcess;
let relayUrl: string;
let httpPort: number;
let tcpPort: number;
/** Requests as they came. */
const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];

before(async () => {
  mkdirSync(dirname(BOX), { recursive: true });
  makePythonBox(BOX);
  http = createServer(answer);
  httpPort = await listen(http);
  // Answers each byte with its complement, and ends when the other end does.
  tcp = createTcpServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => socket.write(bytes.map((byte) => byte ^ 0xff)));
    socket.on('end', () => socket.end());
  });
  tcpPort = await listen(tcp);
  pages = new PageServer(BOX);
  const origin = await pages.listen();
  relayUrl = await startRelay([
    '--allow-net',
    `127.0.0.1:${tcpPort}`,
    '--allow-net',
    '127.0.0.1:1',
    '--origin',
    origin,
    ...['tcp.test', 'closed.test'].flatMap((name) => ['--add-host', `${name}:127.0.0.1`]),
  ]);
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP *.test 127.0.0.1'],
  });
  page = await browser.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(`${origin}/test/e2e/browser/network.html`);
});

after(async () => {
  await browser?.close();
  pages?.close();
  http?.close();
  http?.closeAllConnections();
  tcp?.close();
  relay?.kill();
});

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function startRelay(args: string[]): Promise<string> {
  relay = spawn(process.execPath, ['dist/src/cli/main.js', 'relay', '--listen', '127.0.0.1:0', ...args]);
  const [line] = await new Promise<string[]>((resolve) => {
    relay.stderr!.on('data', (bytes: Buffer) => resolve(bytes.toString().split('\n')));
  });
  return /ws:\S+/.exec(line)![0];
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    if (method !== 'OPTIONS') seen.push({ method, url, headers, body: Buffer.concat(parts).toString() });
    const shared = url.startsWith('/closed')
      ? {}
      : {
          'access-control-allow-origin': '*',
          'access-control-allow-headers': '*',
          'access-control-allow-methods': '*',
        };
    if (url === '/large') response.writeHead(200, shared).end(Buffer.alloc(LARGE, 'x'));
    else if (url === '/moved') response.writeHead(302, { ...shared, location: '/a' }).end();
    else if (url === '/missing') response.writeHead(404, shared).end('no such thing');
    else if (url === '/parts') {
      response.writeHead(200, shared);
      response.write('one ');
      setTimeout(() => response.end('two'), 50);
    } else response.writeHead(200, { ...shared, 'content-type': 'text/plain' }).end(`${method} ${url}`);
  });
}

interface Outcome {
  status: number;
  stdout: string;
}

/** Runs a script in a fresh box of the page. */
function run(script: string, network: object): Promise<Outcome> {
  return page.evaluate(
    ([command, policy]) =>
      (globalThis as unknown as { run(command: string, network: object): Promise<Outcome> }).run(
        command as string,
        policy as object,
      ),
    [script, network] as const,
  );
}

const site = (path: string) => `http://site.test:${httpPort}${path}`;

test('curl in a box of a page: requests go out by fetch', { timeout: WAIT_MS }, async () => {
  const network = { allow: ['*.test'] };
  assert.deepEqual(await run(`curl -s ${site('/a?b=c')}`, network), { status: 0, stdout: 'GET /a?b=c' });
  const posted = await run(
    `curl -s -X PUT -H 'x-own: 1' --data 'some body' ${site('/put')}; curl -s ${site('/parts')}`,
    network,
  );
  assert.deepEqual(posted, { status: 0, stdout: 'PUT /putone two' });
  const { headers, body } = seen.find(({ method }) => method === 'PUT')!;
  assert.deepEqual([headers['x-own'], body, headers.cookie], ['1', 'some body', undefined]);
  const missing = await run(
    `curl -s -w ' %{http_code}' ${site('/missing')}; curl -sI ${site('/head')} | head -1`,
    network,
  );
  assert.deepEqual(missing, { status: 0, stdout: 'no such thing 404HTTP/1.1 200 OK\r\n' });
  const large = await run(
    `curl -s ${site('/large')} | wc -c; head -c 200000 /dev/zero | curl -s -T - ${site('/up')}`,
    network,
  );
  assert.deepEqual(large, { status: 0, stdout: `${LARGE}\nPUT /up` });
  assert.equal(seen.find(({ url }) => url === '/up')!.body.length, 200_000);
});

test('what CORS keeps from the page says so; what no rule allows is not reached', { timeout: WAIT_MS }, async () => {
  const closed = await run(`curl -s -w ' %{http_code}' ${site('/closed')}`, { allow: ['*.test'] });
  assert.match(closed.stdout, /did not let this page read http:\/\/site\.test:\d+\/closed.*CORS.*wbx relay.* 502$/s);
  const before = seen.length;
  const refused = await run(`curl -s ${site('/a')}; echo $?; curl -s http://127.1.2.3:${httpPort}/; echo $?`, {
    allow: ['other.test'],
  });
  assert.match(refused.stdout, /^6\n7\n$/);
  const tls = await run(`curl -s https://site.test:${httpPort}/; echo $?`, { allow: ['*.test'] });
  assert.match(tls.stdout, /^35\n$/);
  assert.match((await run(`curl -s ${site('/a')}; echo $?`, { allow: [] })).stdout, /^6\n$/);
  assert.equal(seen.length, before);
});

/** Asks the box's name server: the code of its reply, and how many answers it has. */
const ODD_NAMES = `
import socket, struct, sys
for name in sys.argv[1:]:
    labels = b''.join(bytes([len(each)]) + each.encode() for each in name.split('.'))
    query = struct.pack('>6H', 7, 0x100, 1, 0, 0, 0) + labels + bytes(1) + struct.pack('>2H', 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(query, ('10.88.0.1', 53))
        answer = s.recv(512)
    print(name, answer[3] & 15, answer[7])
`;

test('a request goes to the server that was connected to, and a name is that of a host', {
  timeout: WAIT_MS,
}, async () => {
  const network = { allow: ['*.test'] };
  const before = seen.length;
  const target = `@127.0.0.1:${httpPort}/stolen`;
  const stolen = await run(`curl -s --request-target '${target}' ${site('/')}; curl -s ${site('/moved')}`, network);
  assert.match(stolen.stdout, /the target of the request is malformed\n.*\/moved is elsewhere/s);
  assert.deepEqual(
    seen.slice(before).map(({ url }) => url),
    ['/moved'],
  );
  const names = ['plain.test', '127.0.0.1/.test', 'a@b.test', 'a:1.test', '127.1', 'x.0x7f', 'me.localhost'];
  const asked = await run(`python3 - '${names.join("' '")}' <<'END'\n${ODD_NAMES}\nEND`, {
    allow: ['*'],
  });
  assert.equal(asked.stdout, names.map((name, i) => `${name} ${i === 0 ? '0 1' : '3 0'}\n`).join(''));
});

const TALK = `
import hashlib, os, socket, sys, threading
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
data = bytes(range(256)) * int(sys.argv[3])
def send():
    s.sendall(data)
    s.shutdown(socket.SHUT_WR)
threading.Thread(target=send).start()
got = bytes()
while part := s.recv(65536): got += part
print(len(got), hashlib.sha256(got).hexdigest())`;

test('TCP by a relay, both ways at once, to what both allow', { timeout: WAIT_MS }, async () => {
  const network = { allow: ['tcp.test', 'other.test', 'closed.test', '203.0.113.1'], relay: relayUrl };
  const length = 256 * 8000;
  const expected = createHash('sha256')
    .update(Buffer.alloc(length).map((_, i) => (i & 0xff) ^ 0xff))
    .digest('hex');
  const talk = (host: string, port: number) => `python3 -c '${TALK}' ${host} ${port} 8000 2>&1 | tail -1`;
  assert.equal((await run(talk('tcp.test', tcpPort), network)).stdout, `${length} ${expected}\n`);
  const errors = await run(
    [talk('closed.test', 1), talk('tcp.test', httpPort), talk('203.0.113.1', 80)].join('\n'),
    network,
  );
  assert.deepEqual(errors.stdout.match(/Errno -?\d+/g), ['Errno 111', 'Errno 101', 'Errno 101']);
  const unnamed = await run(talk('third.test', tcpPort), { allow: ['tcp.test'], relay: relayUrl });
  assert.match(unnamed.stdout, /Errno -3\b/);
});

test('a relay is not for pages of other origins', { timeout: WAIT_MS }, async () => {
  const other = await browser.newPage();
  await other.goto(`http://127.0.0.1:${httpPort}/`);
  const outcome = await other.evaluate(
    (url) => new Promise((resolve) => (new WebSocket(`${url}?to=127.0.0.1:1`).onclose = ({ code }) => resolve(code))),
    relayUrl,
  );
  assert.equal(outcome, 1006);
  const mine = await page.evaluate(
    (url) => new Promise((resolve) => (new WebSocket(`${url}?to=127.0.0.1:1`).onclose = ({ code }) => resolve(code))),
    relayUrl,
  );
  assert.equal(mine, 4111);
});
