// wbx compose with small services: order, conditions, names, what is replaced and what stays, its end. (A database and a web
// application are in test/e2e/compose.long.test.ts.)
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { KeptBoxes, until } from './kept.ts';

const wbx = new KeptBoxes();
const SERVER = "while :; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\nfrom back\\n' | nc -l -p 8000; done";
const FILE = `
name: small
x-quick: &quick {stop_grace_period: 1s, image: busybox}
services:
  front:
    <<: *quick
    command: sh -c 'wget -qO- http://back:8000/ && wget -qO- http://bee:8000/; cat /etc/made/by; sleep 1000'
    volumes: [made:/etc/made]
    depends_on: {back: {condition: service_healthy}, once: {condition: service_completed_successfully}}
  back:
    <<: *quick
    command: ["sh", "-c", ${JSON.stringify(SERVER)}]
    networks: {default: {aliases: [bee]}}
    healthcheck: {test: [CMD, test, -e, /proc/1], interval: 200ms}
  once: {<<: *quick, command: "sh -c 'sleep 0.3; echo once > /made/by'", volumes: ["made:/made"]}
  broken: {<<: *quick, command: sh -c 'exit 3', profiles: [more]}
  after: {<<: *quick, command: "true", depends_on: {broken: {condition: service_completed_successfully}}, profiles: [more]}
volumes: {made: {}}
`;

before(() => {
  wbx.must('import', wbx.rootfs, 'busybox');
  writeFileSync(wbx.path('compose.yaml'), FILE);
});
after(() => {
  wbx.run('compose', 'down', '-t', '0', '-v');
  wbx.end();
});

test('services come up in order and reach each other by name', async () => {
  const { stderr } = wbx.run('compose', 'up', '-d');
  const started = [...stderr.matchAll(/Container small-(\w+)-1 {2}(Started|Healthy|Exited)/g)].map(([, ...words]) =>
    words.join(' '),
  );
  assert.deepEqual(started, ['back Started', 'once Started', 'back Healthy', 'once Exited', 'front Started']);
  await until(
    'output',
    () => wbx.must('compose', 'logs', 'front') === 'front-1  | from back\nfront-1  | from back\nfront-1  | once\n',
  );
  assert.equal(wbx.must('compose', 'ps', '--services').split('\n').sort().join(' '), ' back front');
  assert.equal(wbx.must('compose', 'ps', '-a', '--format', '{{.Name}} {{.ExitCode}}').includes('small-once-1 0'), true);
  assert.equal(wbx.run('compose', 'exec', '-T', 'front', 'sh', '-c', 'exit 9').status, 9);
});

test('what has not changed stays; scale; one that fails is named', () => {
  const front = wbx.id('small-front-1');
  assert.equal(wbx.run('compose', 'up', '-d', '--scale', 'back=2').status, 0);
  assert.equal(wbx.id('small-front-1'), front);
  assert.match(wbx.must('compose', 'ps'), /small-back-2/);
  const { status, stderr } = wbx.run('compose', '--profile', 'more', 'up', '-d');
  assert.equal(status, 1);
  assert.match(stderr, /dependency failed to start: small-broken-1 has exited with status 3/);
  wbx.must('compose', 'stop', '-t', '0', 'front');
  wbx.must('compose', 'start', 'front');
  wbx.must('compose', 'restart', '-t', '0', 'front');
});

test('down leaves nothing but volumes, with -v not even these', () => {
  wbx.must('compose', '--profile', 'more', 'down', '-t', '0');
  assert.equal(wbx.must('ps', '-aq') + wbx.must('network', 'ls', '-q'), '');
  assert.equal(wbx.must('volume', 'ls', '-q'), 'small_made\n');
  wbx.must('compose', 'down', '-v');
  assert.equal(wbx.must('volume', 'ls', '-q'), '');
});

test('in the foreground, until one ends', () => {
  const file =
    'services: {a: {image: busybox, command: sleep 100, stop_grace_period: 1s}, b: {image: busybox, command: "sh -c \'echo here; exit 4\'"}}\n';
  writeFileSync(wbx.path('other.yaml'), file);
  const { status, stdout } = wbx.run(
    'compose',
    '-p',
    'fore',
    '-f',
    'other.yaml',
    'up',
    '--exit-code-from',
    'b',
    '-t',
    '0',
  );
  assert.deepEqual([status, stdout], [4, 'b-1  | here\n']);
  wbx.must('compose', '-p', 'fore', '-f', 'other.yaml', 'down', '-t', '0');
});
