// HTTPS_PROXY, HTTP_PROXY and NO_PROXY: a proxy that leads every host to one registry of the tests, in a tunnel and without.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http, { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:tls';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseReference } from '../../src/image/reference.ts';
import { CredentialStore } from '../../src/image/registry/credentials.ts';
import { proxyFor } from '../../src/image/registry/proxy.ts';
import { pullImage } from '../../src/image/registry/pull.ts';
import { Registries } from '../../src/image/registry/registries.ts';
import { Store } from '../../src/image/store/store.ts';
import { file, HostileRegistry, layerOf } from './hostile.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-proxy-'));
const asked: string[] = [];
const servers: Server[] = [];
const sockets = new Set<Socket>();
let registry: HostileRegistry;
let secure: number;
let proxy: string;
let tunnels = true;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return portOf(server);
}

/** Joins two connections; one that breaks takes the other with it. */
function joinBoth(a: Socket, b: Socket): void {
  a.on('error', () => b.destroy()).on('close', () => b.destroy());
  b.on('error', () => a.destroy()).on('close', () => a.destroy());
  a.pipe(b).pipe(a);
}

before(async () => {
  registry = await HostileRegistry.start();
  registry.image('1', [layerOf(file('f', 'x'))]);
  const plain = Number(registry.host.split(':')[1]);
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=registry.example'];
  execFileSync('openssl', [...words, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) =>
    joinBoth(socket, connect(plain, '127.0.0.1')),
  );
  secure = await listen(tls);
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url ?? '');
    http.get({ port: plain, host: '127.0.0.1', path: pathname, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
  });
  server.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
    if (!tunnels) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    joinBoth(socket, connect(secure, '127.0.0.1'));
  });
  proxy = `127.0.0.1:${await listen(server)}`;
});
after(() => {
  for (const name of ['https_proxy', 'http_proxy']) delete process.env[name];
  registry.stop();
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
  rmSync(directory, { recursive: true });
});

function pull() {
  const config = { mirrors: {}, insecure: ['registry.example'] };
  const credentials = new CredentialStore(join(directory, 'none'));
  const registries = new Registries({ config, credentials, retries: { tries: 1, delay: 1, patience: 1 } });
  return pullImage(new Store(join(directory, 'store')), registries, parseReference('registry.example/app:1'));
}

test('https goes through a tunnel, with the password of the proxy', async () => {
  process.env.https_proxy = `http://u:p%40ss@${proxy}`;
  await pull();
  assert.equal(asked[0], `CONNECT registry.example:443 Basic ${Buffer.from('u:p@ss').toString('base64')}`);
});

test('http is asked of the proxy by its whole address', async () => {
  process.env.http_proxy = proxy;
  tunnels = false;
  asked.length = 0;
  // The tunnel of the test before would be used again.
  for (const socket of sockets) socket.destroy();
  await pull();
  assert.ok(asked.includes('GET http://registry.example/v2/app/manifests/1'), asked.join('\n'));
});

test('which proxy an address has', () => {
  const environment = { HTTPS_PROXY: 'http://p:1', no_proxy: 'a.example, .b.example,c.example:5000' };
  const has = (url: string): boolean => proxyFor(new URL(url), environment) !== undefined;
  for (const url of ['https://x.example', 'https://xa.example', 'https://c.example']) assert.ok(has(url), url);
  for (const url of [
    'http://x.example',
    'https://a.example:5',
    'https://x.a.example',
    'https://b.example',
    'https://c.example:5000',
  ]) {
    assert.ok(!has(url), url);
  }
  for (const host of ['localhost:5000', '127.0.0.1', '[::1]:1']) assert.ok(!has(`https://${host}`), host);
  assert.equal(proxyFor(new URL('https://x'), { HTTPS_PROXY: 'p', NO_PROXY: '*' }), undefined);
  assert.throws(
    () => proxyFor(new URL('https://x'), { HTTPS_PROXY: 'socks5://p' }),
    /only http:\/\/ proxies are supported$/,
  );
});
