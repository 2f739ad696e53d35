// Boxes in the background through the command line: what Docker's commands do to containers, with Docker's statuses.
import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { KeptBoxes, until } from './kept.ts';

const wbx = new KeptBoxes();
after(() => wbx.end());

const LOOP = 'trap "echo bye; exit 5" TERM; echo out; echo err >&2; while :; do sleep 0.1; done';

test('in the background: ps, logs, exec, stop, start, rm', async () => {
  const run = wbx.script(['-d', '--name', 'loop', '--cidfile', wbx.path('cid'), '--label', 'a=b'], LOOP);
  assert.match(run.stdout, /^[0-9a-f]{64}\n$/);
  assert.equal(run.status, 0);
  assert.match(wbx.must('ps', '-f', 'label=a=b', '--format', '{{.Names}} {{.Status}}'), /^loop Up /);
  await until('its output', () => wbx.run('logs', 'loop').stdout === 'out\n');
  const exec = wbx.run('exec', '-e', 'A=1', '-w', '/tmp', 'loop', 'sh', '-c', 'echo $A $PWD; touch /root/f; exit 7');
  assert.deepEqual([exec.status, exec.stdout], [7, '1 /tmp\n']);
  assert.equal(wbx.runWith('through\n', 'exec', '-i', 'loop', 'cat').stdout, 'through\n');
  assert.deepEqual([wbx.run('exec', 'loop', '/nosuch').status, wbx.run('exec', 'loop', '/tmp').status], [127, 126]);
  assert.equal(wbx.run('rm', 'loop').status, 1);
  assert.equal(wbx.must('stop', 'loop'), 'loop\n');
  assert.match(wbx.must('ps', '-a', '--format', '{{.Names}} {{.Status}}'), /^loop Exited \(5\) /);
  const { stdout, stderr } = wbx.run('logs', 'loop');
  assert.deepEqual([stdout, stderr], ['out\nbye\n', 'err\n']);
  assert.equal(wbx.must('wait', 'loop'), '5\n');
  wbx.must('start', 'loop');
  assert.equal(wbx.must('exec', 'loop', 'ls', '/root'), 'f\n', 'what was written is still there');
  wbx.must('kill', 'loop');
  assert.equal(wbx.must('wait', 'loop'), '137\n');
  assert.equal(wbx.run('exec', 'loop', 'true').status, 1);
  wbx.must('rm', 'loop');
  assert.equal(wbx.must('ps', '-aq'), '');
  assert.equal(wbx.run('logs', 'loop').stderr, 'wbx: no such box: loop\n');
});

test('statuses: the own one, 127, 126, 125, 143', () => {
  assert.deepEqual(wbx.script(['--rm', '--name', 'own'], 'echo a; echo b >&2; exit 3'), {
    status: 3,
    stdout: 'a\n',
    stderr: 'b\n',
  });
  const start = (...words: string[]) => wbx.run('run', '-d', '--rm', '--rootfs', wbx.rootfs, ...words).status;
  assert.deepEqual([start('/nosuch'), start('/tmp')], [127, 126]);
  assert.equal(wbx.run('run', '-d', '--restart', 'sometimes', 'x').status, 125);
  assert.equal(wbx.run('run', '-d', '--name', 'absent', wbx.path('absent.wasm')).status, 125);
  assert.equal(wbx.script(['--rm', '--name', 'self'], "sh -c 'kill -TERM $$'; exit $?").status, 143);
});

test('one name is one box, whoever comes first', () => {
  assert.equal(wbx.script(['-d', '--name', 'same'], 'sleep 100').status, 0);
  const second = wbx.script(['-d', '--name', 'same'], 'sleep 100');
  assert.equal(second.status, 125);
  assert.match(second.stderr, /^wbx: the name "same" is in use by the box [0-9a-f]{12}: /);
  wbx.must('rename', 'same', 'other');
  assert.equal(wbx.script(['-d', '--rm', '--name', 'same'], 'true').status, 0);
  wbx.must('rm', '-f', 'other');
});

test('a killed process of a box shows as exited, and the name serves again', async () => {
  wbx.script(['-d', '--name', 'doomed'], 'sleep 100');
  assert.equal(statSync(wbx.socket('doomed')).mode & 0o777, 0o600);
  assert.equal(statSync(wbx.path('run/wbx')).mode & 0o777, 0o700);
  process.kill(wbx.state('doomed').pid, 'SIGKILL');
  await until('its end', () => wbx.must('ps', '-a', '--format', '{{.Status}}').startsWith('Exited (137)'));
  assert.equal(wbx.run('stop', 'doomed').status, 0);
  assert.equal(wbx.must('wait', 'doomed'), '137\n');
  wbx.must('start', 'doomed');
  assert.equal(wbx.run('exec', 'doomed', 'true').status, 0, 'the stale socket was replaced');
  wbx.must('rm', '-f', 'doomed');
  assert.deepEqual(readdirSync(wbx.path('run/wbx')), []);
});

test('restart policies: on-failure to its limit, always until it is stopped', async () => {
  wbx.script(['-d', '--name', 'failing', '--restart', 'on-failure:2'], 'echo run; exit 4');
  await until('the last run', () => wbx.state('failing').status === 'exited');
  assert.equal(wbx.run('logs', 'failing').stdout, 'run\nrun\nrun\n');
  assert.deepEqual([wbx.state('failing').exitCode, wbx.state('failing').restartCount], [4, 2]);
  wbx.script(['-d', '--name', 'always', '--restart', 'always'], 'true');
  await until('restarts', () => wbx.state('always').restartCount >= 2);
  wbx.must('stop', 'always');
  assert.equal(wbx.state('always').status, 'exited');
  wbx.must('rm', 'failing', 'always');
});

test('paused boxes stand still; health checks tell', async () => {
  wbx.script(
    [
      '-d',
      '--name',
      'sick',
      '--health-cmd',
      'test ! -e /tmp/bad',
      '--health-interval',
      '50ms',
      '--health-retries',
      '2',
    ],
    'while :; do echo tick; sleep 0.05; done',
  );
  const status = () => wbx.must('ps', '-a', '-f', 'name=sick', '--format', '{{.Status}}');
  await until('health', () => status().endsWith('(healthy)\n'));
  wbx.must('exec', 'sick', 'touch', '/tmp/bad');
  await until('sickness', () => status().endsWith('(unhealthy)\n'));
  wbx.must('pause', 'sick');
  assert.match(status(), /\(Paused\)/);
  const before = wbx.must('logs', 'sick');
  assert.equal(wbx.must('logs', 'sick'), before);
  assert.equal(wbx.run('pause', 'sick').status, 1);
  assert.equal(wbx.run('exec', 'sick', 'true').status, 1);
  wbx.must('unpause', 'sick');
  await until('output', () => wbx.must('logs', 'sick') > before);
  wbx.must('rm', '-f', 'sick');
  const events = wbx.must(
    'events',
    '--since',
    '1h',
    '--until',
    '0s',
    '-f',
    'container=sick',
    '--format',
    '{{.Action}}',
  );
  assert.match(events, /^create\nstart\n.*unhealthy\npause\nunpause\nkill\ndie\ndestroy\n$/s);
});

test('variables from files, labels, and words that are not understood', () => {
  writeFileSync(wbx.path('env'), '# no\nA=1 2\n\nB=x=y\n');
  const { stdout } = wbx.script(['--rm', '--name', 'env', '--env-file', 'env', '-e', 'B=z'], 'echo "$A|$B"');
  assert.equal(stdout, '1 2|z\n');
  writeFileSync(wbx.path('bad'), 'A=1\nno name=2\n');
  assert.match(wbx.script(['--env-file', 'bad'], 'true').stderr, /^wbx: bad:2: "no name" is no name of a variable/);
  assert.equal(wbx.script(['-d', '--stop-signal', 'NOSUCH'], 'true').status, 125);
});
