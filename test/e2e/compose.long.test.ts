// A web application in Python, redis and PostgreSQL as a compose project: it comes up healthy, its parts talk by the names of their
// services, what the database holds outlives the boxes, and it goes down clean. Real clients on this machine.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { KeptBoxes } from '../boxes/kept.ts';
import { smallRoot } from './small-root.ts';

const wbx = new KeptBoxes();
const PG = '/usr/lib/postgresql/15';

const COMPOSE = `
name: shop
services:
  web:
    build:
      context: ./web
      args: {GREETING: "\${GREETING:-hello}"}
    ports: ["127.0.0.1:0:8000"]
    environment: {PASSWORD: "\${PASSWORD:?set it}"}
    depends_on:
      db: {condition: service_healthy}
      cache: {condition: service_healthy}
    healthcheck: {test: [CMD, python3, -c, "import urllib.request as u; u.urlopen('http://localhost:8000/health')"], interval: 500ms, retries: 40}
  cache:
    image: redis
    command: redis-server --save "" --protected-mode no
    healthcheck: {test: redis-cli ping | grep PONG, interval: 500ms, retries: 40}
  db:
    image: postgres
    user: postgres
    environment: {PGDATA: /data/db}
    volumes: ["data:/data"]
    stop_signal: SIGINT
    healthcheck: {test: ${PG}/bin/pg_isready -h localhost, interval: 1s, retries: 120}
  debug:
    image: redis
    profiles: [debug]
volumes: {data: {}}
`;

/** Speaks to redis and, by its simple protocol, to PostgreSQL: no drivers are needed. */
const WEB = `
import http.server, os, socket, struct
def redis(*words):
    s = socket.create_connection(("cache", 6379))
    s.sendall(b"*%d\\r\\n" % len(words) + b"".join(b"$%d\\r\\n%s\\r\\n" % (len(w), w) for w in words))
    return s.recv(1000).decode().strip()
def sql(query):
    s = socket.create_connection(("db", 5432))
    body = struct.pack("!i", 196608) + b"user\\0postgres\\0database\\0postgres\\0\\0"
    s.sendall(struct.pack("!i", len(body) + 4) + body)
    f = s.makefile("rb")
    rows, asked = [], False
    while True:
        kind = f.read(1)
        data = f.read(struct.unpack("!i", f.read(4))[0] - 4)
        if kind == b"E": raise OSError(data)
        if kind == b"D": rows.append(data[6:].decode())
        if kind == b"Z" and asked: return rows
        if kind == b"Z":
            s.sendall(b"Q" + struct.pack("!i", len(query) + 5) + query.encode() + b"\\0")
            asked = True
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/add": sql("create table if not exists t(n int); insert into t values (1)")
        text = os.environ["GREETING"] + " " + redis(b"INCR", b"visits") + " " + ",".join(sql("select count(*) from pg_class where relname = 't'"))
        if self.path == "/count": text = sql("select sum(n) from t")[0]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())
http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()
`;

const INIT = `#!/bin/sh
test -e $PGDATA/PG_VERSION || ${PG}/bin/initdb -A trust -N > /dev/null
echo "host all all all trust" >> $PGDATA/pg_hba.conf
exec ${PG}/bin/postgres -c listen_addresses='*' -c unix_socket_directories=/tmp
`;

function compose(...args: string[]) {
  const outcome = wbx.run('compose', '-f', wbx.path('compose.yaml'), ...args);
  if (outcome.status !== 0) {
    const { stdout, stderr } = wbx.run('compose', '-f', wbx.path('compose.yaml'), 'logs');
    throw new Error(`compose ${args.join(' ')}: status ${outcome.status}: ${outcome.stderr}\n${stdout}${stderr}`);
  }
  return outcome;
}

const port = () => wbx.must('port', 'shop-web-1', '8000').trim();
const get = async (path: string) => (await fetch(`http://${port()}${path}`)).text();

before(() => {
  const root = (name: string) => wbx.path(`roots/${name}`);
  smallRoot('build/software', root('python'), ['/usr/bin/python3'], ['/usr/lib/python3.11']);
  smallRoot('build/software', root('redis'), ['/usr/bin/redis-server', '/usr/bin/redis-cli'], []);
  const programs = ['initdb', 'postgres', 'pg_isready', 'psql'].map((name) => `${PG}/bin/${name}`);
  smallRoot('build/servers', root('postgres'), programs, [
    `${PG}/lib`,
    '/usr/share/postgresql/15',
    '/usr/share/zoneinfo',
    '/usr/lib/locale',
  ]);
  mkdirSync(`${root('postgres')}/data`);
  chmodSync(`${root('postgres')}/data`, 0o1777);
  writeFileSync(`${root('postgres')}/init`, INIT, { mode: 0o755 });
  wbx.must('import', root('python'), 'python');
  wbx.must('import', root('redis'), 'redis');
  wbx.must('import', '-c', 'CMD ["/init"]', '-c', 'USER postgres', root('postgres'), 'postgres');
  mkdirSync(wbx.path('web'));
  writeFileSync(wbx.path('web/app.py'), WEB);
  const dockerfile =
    'FROM python\nARG GREETING\nENV GREETING=$GREETING\nCOPY app.py /app.py\nCMD ["python3", "/app.py"]\n';
  writeFileSync(wbx.path('web/Dockerfile'), dockerfile);
  writeFileSync(wbx.path('compose.yaml'), COMPOSE);
  writeFileSync(wbx.path('.env'), 'PASSWORD=secret\nGREETING=good day\n');
});
after(() => {
  wbx.run('compose', '-f', wbx.path('compose.yaml'), 'down', '-t', '1', '-v');
  wbx.end();
});

test('it comes up healthy, and its parts talk to each other', async () => {
  compose('up', '-d', '--wait');
  const states = compose('ps', '--format', '{{.Service}} {{.State}} {{.Health}}').stdout.trim().split('\n').sort();
  assert.deepEqual(states, ['cache running healthy', 'db running healthy', 'web running healthy']);
  const visits = Number((await get('/')).split(' ')[2].slice(1));
  assert.equal(await get('/'), `good day :${visits + 1} 0`);
  assert.match(await get('/add'), / 1$/);
  assert.equal(await get('/count'), '1');
  assert.equal(compose('exec', '-T', 'web', 'sh', '-c', 'echo $PASSWORD').stdout, 'secret\n');
  assert.match(
    compose('logs', '--no-log-prefix', 'db').stdout + compose('logs', 'db').stderr,
    /ready to accept connections/,
  );
});

test('what has not changed stays; what has is replaced, and the volume keeps its data', async () => {
  const id = (name: string) => wbx.id(`shop-${name}-1`);
  const before = { web: id('web'), db: id('db'), cache: id('cache') };
  writeFileSync(
    wbx.path('override.yaml'),
    'services: {db: {environment: {EXTRA: "1"}}, web: {environment: {MORE: "1"}}}\n',
  );
  compose('-f', wbx.path('override.yaml'), 'up', '-d', '--wait');
  assert.equal(id('cache'), before.cache);
  assert.notEqual(id('db'), before.db);
  assert.equal(await get('/count'), '1');
});

test('config, profiles, errors with their place', () => {
  assert.equal(compose('config', '--services').stdout, 'db\ncache\nweb\n');
  assert.match(compose('--profile', 'debug', 'config', '--services').stdout, /^debug$/m);
  assert.match(compose('config').stdout, /GREETING: good day/);
  const { status, stderr } = wbx.run('compose', '-f', wbx.path('compose.yaml'), '--env-file', '/dev/null', 'config');
  assert.deepEqual(
    [status, stderr],
    [1, 'wbx: compose.yaml.services.web.environment.PASSWORD: required variable PASSWORD is missing a value: set it\n'],
  );
});

test('it goes down clean', () => {
  compose('down', '-t', '5', '-v');
  assert.equal(wbx.must('ps', '-aq'), '');
  assert.equal(wbx.must('network', 'ls', '-q'), '');
  assert.equal(wbx.must('volume', 'ls', '-q'), '');
  const sockets = readdirSync(wbx.path('run/wbx'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sock'),
  );
  assert.deepEqual(sockets, []);
});
