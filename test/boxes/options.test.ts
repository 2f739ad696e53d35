// Options of run that limit what programs of a box may do, and its init.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { KeptBoxes } from './kept.ts';

const wbx = new KeptBoxes();
after(() => wbx.end());

const DO: [what: string, options: string[], script: string, output: string | RegExp][] = [
  [
    'ulimit',
    ['--ulimit', 'nofile=100:200', '--ulimit', 'core=-1'],
    'ulimit -n; ulimit -Hn; ulimit -c',
    '100\n200\nunlimited\n',
  ],
  ['ulimit is met', ['--ulimit', 'fsize=4096'], 'dd if=/dev/zero of=/tmp/f bs=9000 count=1; wc -c < /tmp/f', /^4096$/m],
  [
    'cap-drop ALL but one',
    ['--cap-drop', 'ALL', '--cap-add', 'CAP_CHOWN'],
    'grep CapEff /proc/self/status',
    'CapEff:\t0000000000000001\n',
  ],
  ['cap-drop one', ['--cap-drop', 'net_raw'], 'grep CapBnd /proc/self/status', 'CapBnd:\t000001ffffffdfff\n'],
  ['no-new-privileges', ['--security-opt', 'no-new-privileges'], 'grep NoNew /proc/self/status', 'NoNewPrivs:\t1\n'],
  [
    'storage-opt',
    ['--storage-opt', 'size=1m'],
    'dd if=/dev/zero of=/tmp/f bs=1M count=4; wc -c < /tmp/f',
    /^([5-9]\d{5}|10[0-4]\d{4})$/m,
  ],
  ['hostname', ['--hostname', 'here'], 'cat /proc/sys/kernel/hostname', 'here\n'],
  ['an init', ['--init'], 'echo $$; cat /proc/1/comm; exit 0', '2\nwbx-init\n'],
];

for (const [what, options, script, output] of DO) {
  test(what, () => {
    const { status, stdout, stderr } = wbx.script(options, script);
    if (typeof output === 'string') assert.deepEqual({ status, stdout }, { status: 0, stdout: output }, stderr);
    else assert.match(stdout, output);
  });
}

test('the init passes signals on, reaps, and has the status of the command', () => {
  const orphans =
    'for i in 1 2 3; do (sleep 0 &); done; sleep 0.3; cat /proc/[0-9]*/status | grep -c "State:.Z"; exit 7';
  assert.deepEqual(wbx.script(['--init'], orphans), { status: 7, stdout: '0\n', stderr: '' });
  assert.equal(wbx.run('run', '--init', '--rootfs', wbx.rootfs, '/nosuch').status, 127);
  assert.equal(wbx.run('run', '--init', '--rootfs', wbx.rootfs, '/etc').status, 126);
  wbx.script(['-d', '--init', '--name', 'init'], 'trap "exit 5" TERM; while :; do sleep 0.05; done');
  wbx.must('stop', 'init');
  assert.equal(wbx.must('wait', 'init'), '5\n');
});

test('exec has the limits of its box', () => {
  wbx.script(['-d', '--name', 'limited', '--ulimit', 'nofile=77', '--cap-drop', 'ALL'], 'sleep 100');
  const { stdout } = wbx.run('exec', 'limited', 'sh', '-c', 'ulimit -n; grep CapEff /proc/self/status');
  assert.equal(stdout, '77\nCapEff:\t0000000000000000\n');
});

test('a share of the CPU is kept', () => {
  const loop = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done';
  const seconds = (options: string[]) => {
    const begin = performance.now();
    assert.equal(wbx.script(options, loop).status, 0);
    return performance.now() - begin;
  };
  const whole = seconds([]);
  const tenth = seconds(['--cpus', '0.1']);
  assert.ok(tenth > 2 * whole, `${tenth} ms with a tenth of the CPU, ${whole} ms with all of it`);
});

const REFUSED: [options: string[], sentence: RegExp][] = [
  [['--ulimit', 'nofile'], /--ulimit nofile: write NAME=SOFT/],
  [['--ulimit', 'nofile=9:3'], /soft limit is above the hard one/],
  [['--cap-drop', 'EVERYTHING'], /there is no such capability/],
  [['--security-opt', 'seccomp=profile.json'], /no-new-privileges is known/],
  [['--storage-opt', 'dm.size=1g'], /size=SIZE is known/],
  [['--cpus', 'many'], /give a number/],
];

test('what makes no sense is refused, status 125', () => {
  for (const [options, sentence] of REFUSED) {
    const { status, stderr } = wbx.script(options, 'true');
    assert.equal(status, 125, options.join(' '));
    assert.match(stderr, sentence);
  }
});

const BOMBS: [what: string, options: string[], script: string, sentence: RegExp][] = [
  ['memory', ['-m', '30m'], 'x=0123456789abcdef; while :; do x=$x$x$x$x; done', /limit of memory \(--memory\)/],
  ['processes', ['--pids-limit', '20'], 'for i in $(seq 50); do sleep 1 & done', /limit of processes and threads/],
  [
    'files',
    ['--storage-opt', 'size=1m'],
    'cat /bin/busybox > /tmp/a; cat /bin/busybox > /tmp/b',
    /limit of what may be written/,
  ],
];

for (const [what, options, script, sentence] of BOMBS) {
  test(`a limit that is met is named: ${what}`, () => {
    assert.match(wbx.script(options, script).stderr, sentence);
    wbx.script(['--name', what, ...options], script);
    assert.match(wbx.must('inspect', what, '--format', '{{json .State.LimitsMet}}'), sentence);
    assert.match(wbx.run('logs', what).stderr, sentence);
  });
}

test('a policy file says all that the box reaches; inspect shows it, however it was said', () => {
  const policy = {
    publish: ['127.0.0.1:0:80'],
    mounts: [{ source: wbx.directory, target: '/host' }],
    limits: { tasks: 9 },
  };
  writeFileSync(wbx.path('policy.json'), JSON.stringify(policy));
  wbx.script(['-d', '--name', 'policed', '--policy', 'policy.json'], 'touch /host/x; sleep 100');
  assert.deepEqual(JSON.parse(wbx.must('inspect', 'policed', '--format', '{{json .Policy}}')), {
    network: { deny: ['*'] },
    publish: ['127.0.0.1:0:80'],
    mounts: [{ source: wbx.directory, target: '/host', writable: false }],
    limits: { tasks: 9 },
  });
  assert.match(wbx.must('port', 'policed'), /^80\/tcp -> 127.0.0.1:/);
  assert.match(wbx.run('logs', 'policed').stderr, /Read-only file system/);
  assert.match(wbx.script(['--policy', 'policy.json', '-m', '9m'], 'true').stderr, /--memory beside --policy/);
  writeFileSync(wbx.path('policy.json'), '{"limits": {"cpu": 1}}');
  assert.match(wbx.script(['--policy', 'policy.json'], 'true').stderr, /"cpu" is not known in limits/);
});
