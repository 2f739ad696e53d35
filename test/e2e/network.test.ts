// Boxes and real programs of this machine talk over the loopback: published ports, outward connections, datagrams, policy.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const ROOT = 'build/software';
const WBX = 'dist/src/cli/main.js';
const run = promisify(execFile);

interface RunningBox {
  process: ChildProcess;
  /** Resolves once the box has printed that. */
  printed(text: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a python program in a box. */
function startBox(options: string[], program: string): RunningBox {
  const args = [WBX, 'run', ...options, '--rootfs', ROOT, '/usr/bin/python3', '-uc', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    process: child,
    async printed(text) {
      while (!output.includes(text)) {
        if (child.exitCode !== null) throw new Error(`the box ended without "${text}": ${output}`);
        await sleep(10);
      }
      return output;
    },
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What a python program in a box prints. */
async function inBox(options: string[], program: string): Promise<string> {
  const { stdout } = await run(process.execPath, [
    WBX,
    'run',
    ...options,
    '--rootfs',
    ROOT,
    '/usr/bin/python3',
    '-c',
    program,
  ]);
  return stdout;
}

const COUNTING_SERVER = `
import socket, threading
s = socket.socket(); s.bind(('0.0.0.0', 80)); s.listen(2000); print('up')
def serve(c, peer):
    n = 0
    while True:
        d = c.recv(65536)
        if not d: break
        n += len(d)
    c.sendall(f'{n} {peer[0]}'.encode()); c.close()
held = []
while True:
    c, peer = s.accept()
    if c.recv(1, socket.MSG_PEEK) == b'h': c.send(b'x'); held.append(c)
    else: threading.Thread(target=serve, args=(c, peer), daemon=True).start()
`;

test('a published port: uploads end with a half-close, clients of this machine are the gateway, 1,000 connections stay', async () => {
  const port = await freePort();
  const box = startBox(['-p', `127.0.0.1:${port}:80`], COUNTING_SERVER);
  try {
    await box.printed('up');
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.end(Buffer.alloc(20_000_000, 'a'));
    assert.equal(Buffer.concat(await client.toArray()).toString(), '20000000 10.88.0.1');
    const idle: Socket[] = [];
    for (let i = 0; i < 1000; i++) {
      const socket = connect(port, '127.0.0.1');
      socket.write('h');
      idle.push(socket);
      await once(socket, 'data');
    }
    assert.equal(idle.filter((socket) => socket.readyState === 'open').length, 1000);
    const taken = run(process.execPath, [WBX, 'run', '-p', `127.0.0.1:${port}:80`, '--rootfs', ROOT, '/bin/true']);
    await assert.rejects(taken, (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 125);
      assert.match(error.stderr, new RegExp(`Bind for 127.0.0.1:${port} failed: port is already allocated`));
      return true;
    });
    for (const socket of idle) socket.destroy();
  } finally {
    await box.stop();
  }
});

test('curl downloads from an HTTP server in a box, twice over one connection', async () => {
  const port = await freePort();
  const program = `
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *args): pass
    def do_GET(self):
        self.send_response(200); self.send_header('Content-Length', '10000000'); self.end_headers()
        self.wfile.write(b'0123456789' * 1000000)
server = http.server.HTTPServer(('', 80), Handler); print('up'); server.serve_forever()
`;
  const box = startBox(['-p', `127.0.0.1:${port}:80`], program);
  try {
    await box.printed('up');
    const url = `http://127.0.0.1:${port}/`;
    const format = '%{size_download} %{num_connects}\n';
    const { stdout } = await run('curl', ['-s', '-w', format, '-o', '/dev/null', url, '-o', '/dev/null', url]);
    assert.equal(stdout, '10000000 1\n10000000 0\n');
  } finally {
    await box.stop();
  }
});

test('a reader that does not read holds the sender in the box up', async () => {
  const port = await freePort();
  const program = `
import socket, time
s = socket.socket(); s.bind(('0.0.0.0', 80)); s.listen(5); print('up')
c, peer = s.accept(); c.setblocking(False); sent = 0; idle = 0
while idle < 10:
    try: sent += c.send(b'x' * 65536); idle = 0
    except BlockingIOError: idle += 1; time.sleep(0.05)
print('sent', sent, 'bytes')
c.setblocking(True); c.sendall(b'y' * 1000000); c.close(); time.sleep(60)
`;
  const box = startBox(['-p', `127.0.0.1:${port}:80`], program);
  try {
    await box.printed('up');
    const client = connect({ port, host: '127.0.0.1' });
    await once(client, 'connect');
    const [, sent] = /sent (\d+) bytes/.exec(await box.printed(' bytes'))!;
    // Credit and buffers of the box, and what the kernel of this machine takes for both ends.
    assert.ok(Number(sent) < 16_000_000, `${sent} bytes are on their way`);
    const received = (await client.toArray()).reduce((sum: number, chunk: Buffer) => sum + chunk.length, 0);
    assert.equal(received, Number(sent) + 1_000_000);
  } finally {
    await box.stop();
  }
});

test('datagrams go both ways through a published port', async () => {
  const port = await freePort();
  const program = `
import socket
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('0.0.0.0', 53)); print('up')
while True:
    d, a = u.recvfrom(2000); u.sendto(d.upper() + a[0].encode(), a)
`;
  const box = startBox(['-p', `127.0.0.1:${port}:53/udp`], program);
  const socket = createSocket('udp4');
  try {
    await box.printed('up');
    socket.send('hello', port, '127.0.0.1');
    const [data] = (await once(socket, 'message')) as [Buffer];
    assert.equal(data.toString(), 'HELLO10.88.0.1');
  } finally {
    socket.close();
    await box.stop();
  }
});

const ASK = (port: number) => `
import errno, socket
def attempt(address):
    try:
        s = socket.create_connection(address, 10); s.sendall(b'hello'); s.shutdown(1)
        return s.recv(100).decode() + ' ' + s.getsockname()[0]
    except OSError as e: return errno.errorcode.get(e.errno, str(e))
print(attempt(('10.88.0.1', ${port})), attempt(('127.0.0.1', ${port})), attempt(('169.254.169.254', 80)))
`;

test('a box reaches this machine only when its user says so', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const program = ASK(port);
    const refused = 'ENETUNREACH ECONNREFUSED ENETUNREACH\n';
    assert.equal(await inBox([], program), refused);
    assert.equal(await inBox(['--allow-net', '*'], program), refused);
    assert.equal(await inBox(['--network', 'none'], program), refused);
    const reached = 'hello 10.88.0.2 ECONNREFUSED ENETUNREACH\n';
    assert.equal(await inBox(['--allow-net', `127.0.0.1:${port}`], program), reached);
    assert.equal(await inBox(['--add-host', 'host.docker.internal:host-gateway'], program), reached);
    assert.equal(await inBox(['--allow-net', '127.0.0.1', '--deny-net', `127.0.0.1:${port}/tcp`], program), refused);
    assert.equal(await inBox(['--allow-net', `127.0.0.1:${port + 1}`], program), refused);
  } finally {
    server.close();
  }
});

test('a port without a server is refused, at once and to poll', async () => {
  const port = await freePort();
  const program = `
import errno, select, socket
s = socket.socket(); s.setblocking(False)
print(errno.errorcode[s.connect_ex(('10.88.0.1', ${port}))])
p = select.epoll(); p.register(s, select.EPOLLOUT)
print([e for _, e in p.poll(10)] == [select.EPOLLOUT | select.EPOLLERR | select.EPOLLHUP])
print(errno.errorcode[s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)])
`;
  assert.equal(await inBox(['--allow-net', '127.0.0.1'], program), 'EINPROGRESS\nTrue\nECONNREFUSED\n');
});

test('names, and the files about them', async () => {
  const program = `
import socket
print(socket.gethostbyname('db'), socket.gethostname())
try: socket.gethostbyname('no-such-name.invalid')
except OSError as e: print(e)
print(open('/etc/resolv.conf').read(), end='')
print('10.88.0.2\\thub\\n' in open('/etc/hosts').read(), open('/etc/hostname').read(), end='')
`;
  const output = await inBox(['--hostname', 'hub', '--add-host', 'db:10.1.2.3', '--dns-search', 'lan'], program);
  const [addresses, , ...rest] = output.split('\n');
  assert.equal(addresses, '10.1.2.3 hub');
  assert.deepEqual(rest, ['nameserver 10.88.0.1', 'search lan', 'True hub', '']);
});
