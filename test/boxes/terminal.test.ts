// Boxes on a real terminal (tmux): editing, ctrl-C, ctrl-Z and fg, sizes, detaching and attaching again, full-screen programs,
// and a password that is not shown.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { after, test } from 'node:test';
import { KeptBoxes, until } from './kept.ts';

const wbx = new KeptBoxes();
const SOCKET = wbx.path('tmux');
after(() => {
  tmux('kill-server');
  wbx.end();
});

function tmux(...args: string[]): string {
  return spawnSync('tmux', ['-S', SOCKET, '-f', '/dev/null', ...args], { encoding: 'utf8', env: wbx.env }).stdout;
}

const WBX = `${process.execPath} ${resolve('dist/src/cli/main.js')}`;

let session = 'test0';

/** A fresh terminal of 80 by 24 with a shell outside of any box. The last session of a server ends it, so there is always one. */
function newTerminal(): void {
  const old = session;
  session = `test${Number(old.slice(4)) + 1}`;
  tmux('new-session', '-d', '-s', session, '-x', '80', '-y', '24', '/bin/sh');
  tmux('kill-session', '-t', old);
}

const screen = () => tmux('capture-pane', '-p', '-t', session);
const shows = (text: string) => waitFor(`"${text}"`, () => screen().includes(text));

async function waitFor(what: string, check: () => boolean): Promise<void> {
  await until(what, check).catch((error: Error) => assert.fail(`${error.message} on the screen:\n${screen()}`));
}

async function type(keys: string[], text: string): Promise<void> {
  tmux('send-keys', '-t', session, ...keys);
  await shows(text);
}

/** What is typed before the shell outside prompts again would be for the box. */
async function leave(keys: string[]): Promise<void> {
  tmux('send-keys', '-t', session, ...keys);
  await waitFor('the prompt outside', () => /\n#\s*$/.test(screen()));
}

test('a shell on a terminal', async () => {
  newTerminal();
  const rootfs = resolve('build/bookworm');
  await type([`${WBX} run -it --name shell --rootfs ${rootfs} /bin/bash --norc`, 'Enter'], 'bash-5.2#');
  await type(['echo abX', 'BSpace', 'c', 'Enter'], '\nabc');
  await type(['stty size', 'Enter'], '\n24 80');
  // ctrl-C throws away what was typed before it, so each step is seen before the next.
  await type(['sleep 101', 'Enter'], 'sleep 101\n');
  await type(['C-c'], '^C');
  await type(['echo "status $?"', 'Enter'], 'status 130');
  await type(['sleep 102', 'Enter'], 'sleep 102\n');
  await type(['C-z'], 'Stopped');
  await type(['fg', 'Enter'], 'fg\nsleep 102\n');
  await type(['C-c'], '102\n^C');
  tmux('resize-window', '-t', session, '-x', '100', '-y', '30');
  await type(['clear; stty size', 'Enter'], '30 100');
  await leave(['C-p', 'C-q']);
  assert.match(wbx.must('ps', '--format', '{{.Names}} {{.State}}'), /^shell running/);
  await type([`clear; ${WBX} attach shell`, 'Enter', 'Enter'], 'bash-5.2#');
  await leave(['exit 9', 'Enter']);
  await type(['echo "left with $?"', 'Enter'], 'left with 9');
});

test('one more program on a terminal of its own', async () => {
  wbx.must(
    'run',
    '-d',
    '--name',
    'host',
    '-v',
    '/bin/busybox:/bin/busybox:ro',
    '--rootfs',
    resolve('build/software'),
    'sleep',
    '1000',
  );
  newTerminal();
  await type([`${WBX} exec -it host bash --norc`, 'Enter'], 'bash-5.2#');
  await type(['tty; stty size; echo $TERM', 'Enter'], '/dev/pts/0\n24 80\nxterm');
  await type(['echo two', 'C-a', 'C-k', 'echo "<$(tty)>"', 'Enter'], '</dev/pts/0>');
  await type(['sleep 101', 'Enter'], 'sleep 101\n');
  await type(['C-z'], 'Stopped');
  await type(['fg', 'Enter'], 'fg\nsleep 101\n');
  await type(['C-c'], '101\n^C');
  tmux('resize-window', '-t', session, '-x', '90', '-y', '20');
  tmux('resize-window', '-t', session, '-x', '100', '-y', '30');
  // The terminal tells of the last of several changes after a while.
  await type(['clear; until [ "$(stty size)" = "30 100" ]; do sleep 0.1; done; echo $((6*7))', 'Enter'], '42\nbash');

  await type(['vim -u NONE /tmp/text', 'Enter'], '"/tmp/text" [New');
  await type(['iwritten', 'Escape', 'yyp'], 'written\nwritten');
  await type([':wq', 'Enter'], 'bash-5.2#');
  await type(['clear; wc -l /tmp/text', 'Enter'], '2 /tmp/text');
  await type(['seq 1000 | busybox less', 'Enter'], '\n29\n');
  await type(['/777', 'Enter'], '777\n778');
  await type(['q'], 'bash-5.2#');
  await type(['clear; busybox top -d 1', 'Enter'], 'busybox top');
  await type(['q'], 'bash-5.2#');

  await type(['clear; passwd', 'Enter'], 'New password:');
  await type(['secret', 'Enter'], 'Retype new password:');
  await type(['secret', 'Enter'], 'password updated successfully');
  assert.doesNotMatch(screen(), /secret/);

  await leave(['C-p', 'C-q']);
  assert.match(wbx.must('exec', 'host', 'busybox', 'ps'), /bash --norc/, 'it runs on without its terminal');
  await type([`clear; ${WBX} exec -it host bash --norc`, 'Enter'], 'bash-5.2#');
  await leave(['exit 9', 'Enter']);
  await type(['echo "left with $?"', 'Enter'], 'left with 9');
});

test('who loses the terminal is hung up; without -i it is only looked at', async () => {
  wbx.must('run', '-d', '--name', 'rest', '--rootfs', wbx.rootfs, '/bin/sleep', '1000');
  newTerminal();
  await type([`${WBX} exec -it rest sh`, 'Enter'], '/ #');
  await type(['sleep 55', 'Enter'], 'sleep 55\n');
  tmux('kill-session', '-t', session);
  await until('the end of the shell', () => !/sleep 55/.test(wbx.must('exec', 'rest', 'ps')));
  const { status, stdout } = wbx.run('exec', '-t', 'rest', 'sh', '-c', 'tty; false');
  assert.deepEqual([status, stdout], [1, '/dev/pts/0\r\n']);
  assert.equal(wbx.run('exec', '-t', 'rest', '/nosuch').status, 127);
});
