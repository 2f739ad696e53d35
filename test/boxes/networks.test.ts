// Boxes in processes of their own reach each other on networks that a user has made: by name, over TCP and UDP, and nobody else.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { KeptBoxes, until } from './kept.ts';

const wbx = new KeptBoxes();
const ROOTFS = resolve('build/software');
/** Counts what comes over TCP and says from whom; answers datagrams with what was in them. */
const SERVER = `
import socket, threading
def answer_datagrams():
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.bind(("", 5353))
    while True:
        data, sender = u.recvfrom(9000)
        u.sendto(data + b" of " + sender[0].encode(), sender)
threading.Thread(target=answer_datagrams, daemon=True).start()
s = socket.socket()
s.bind(("0.0.0.0", 8000))
s.listen(100)
print("ready", flush=True)
while True:
    c, sender = s.accept()
    n = 0
    while data := c.recv(65536):
        n += len(data)
    c.sendall(f"{n} from {sender[0]}".encode())
    c.close()
`;
const CLIENT = `
import socket
def call(host, port, data=b""):
    try:
        s = socket.create_connection((host, port), 10)
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        return s.recv(100).decode()
    except OSError as error:
        return type(error).__name__
def datagram(host, data):
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.settimeout(10)
    u.sendto(data, (host, 5353))
    return u.recv(100).decode()
def name(host):
    try:
        return socket.gethostbyname(host)
    except OSError as error:
        return type(error).__name__
`;

/** What a Python script prints in a box of its own on a network. */
function client(network: string, script: string, ...options: string[]): string[] {
  const words = ['run', '--rm', '--network', network, ...options, '--rootfs', ROOTFS, 'python3', '-c', CLIENT + script];
  return wbx
    .must(...words)
    .trimEnd()
    .split('\n');
}

before(async () => {
  wbx.must('network', 'create', 'app');
  wbx.must('network', 'create', '--internal', '--label', 'a=b', '--subnet', '10.77.0.0/24', 'other');
  const words = ['run', '-d', '--name', 'web', '--network', 'app', '--network-alias', 'www', '--rootfs', ROOTFS];
  wbx.must(...words, 'python3', '-c', SERVER);
  await until('the server', () => wbx.run('logs', 'web').stdout === 'ready\n');
});
after(() => wbx.end());

test('names, streams with both their ends, datagrams, refusals', () => {
  const script = `
print(name("web"), name("WWW"), name("web.app"), name("nosuchbox"), socket.gethostbyaddr("10.89.0.2")[0])
print(call("web", 8000, b"x" * 3000000))
print(datagram("www", b"hi"))
print(call("web", 9999), call("10.89.0.77", 80))`;
  assert.deepEqual(client('app', script), [
    '10.89.0.2 10.89.0.2 10.89.0.2 gaierror web.app',
    '3000000 from 10.89.0.3',
    'hi of 10.89.0.3',
    'ConnectionRefusedError ConnectionRefusedError',
  ]);
});

test('a network is for its members; rules of the box hold there too; an address may be chosen', () => {
  assert.deepEqual(client('other', 'print(name("web"), call("1.2.3.4", 80))'), ['gaierror OSError']);
  assert.deepEqual(client('app', 'print(call("web", 8000))', '--deny-net', '10.89.0.2:8000'), ['OSError']);
  assert.deepEqual(client('app', 'print(call("web", 8000))', '--ip', '10.89.0.50'), ['0 from 10.89.0.50']);
  assert.match(wbx.script(['--network', 'app', '--ip', '10.89.0.2'], 'true').stderr, /address 10.89.0.2 .* is in use/);
  assert.match(wbx.script(['--network', 'absent'], 'true').stderr, /network absent not found: make it with/);
});

test('a running box joins and leaves; it is on its networks again after a restart', async () => {
  wbx.must('network', 'connect', '--alias', 'second', 'other', 'web');
  assert.deepEqual(client('other', 'print(call("second", 8000))'), ['0 from 10.77.0.3']);
  wbx.must('restart', '-t', '0', 'web');
  await until('the server', () => wbx.run('logs', 'web').stdout === 'ready\nready\n');
  assert.deepEqual(client('other', 'print(call("second", 8000))'), ['0 from 10.77.0.3']);
  wbx.must('network', 'disconnect', 'other', 'web');
  assert.deepEqual(client('other', 'print(name("second"))'), ['gaierror']);
  assert.match(wbx.run('network', 'disconnect', 'other', 'web').stderr, /is not on the network other/);
});

test('a hundred streams at once', () => {
  const script = `
sockets = [socket.create_connection(("web", 8000), 60) for _ in range(100)]
for s in sockets: s.shutdown(socket.SHUT_WR)
print(len([s for s in sockets if s.recv(100).startswith(b"0 from")]))`;
  assert.deepEqual(client('app', script), ['100']);
});

test('what is shown of networks; one in use stays', () => {
  const [app] = JSON.parse(wbx.must('network', 'inspect', 'app')) as { Containers: Record<string, object> }[];
  assert.deepEqual(Object.values(app.Containers), [{ Name: 'web', IPv4Address: '10.89.0.2/24' }]);
  assert.equal(wbx.must('inspect', 'web', '--format', '{{.NetworkSettings.Networks.app.IPAddress}}'), '10.89.0.2\n');
  assert.match(wbx.must('network', 'ls'), /app +bridge +local\n.* other /);
  assert.equal(wbx.run('network', 'rm', 'app').status, 1);
  assert.match(wbx.run('network', 'create', 'app').stderr, /already exists/);
  wbx.must('network', 'prune', '-f');
  assert.equal(wbx.must('network', 'ls', '--format', '{{.Name}}'), 'bridge\nnone\napp\n');
});

test('its sockets are for this user alone; what a killed box left is taken over', () => {
  const base = wbx.path('run/wbx/net');
  assert.equal(statSync(base).mode & 0o777, 0o700);
  process.kill(wbx.state('web').pid, 'SIGKILL');
  assert.deepEqual(client('app', 'print(name("web"), call("10.89.0.2", 8000))'), ['gaierror ConnectionRefusedError']);
  wbx.must('rm', 'web');
  wbx.must('network', 'rm', 'app');
  const left = readdirSync(base)
    .flatMap((name) => readdirSync(`${base}/${name}`))
    .filter((name) => name.endsWith('.json'));
  assert.ok(left.length <= 1, left.join(' '));
});
