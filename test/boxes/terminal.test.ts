// A shell in a box on a real terminal (tmux): editing, ctrl-C, ctrl-Z and fg, sizes, detaching and attaching again.
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

const screen = () => tmux('capture-pane', '-p', '-t', 'test');
const shows = (text: string) => until(`"${text}" on the screen:\n${screen()}`, () => screen().includes(text));

async function type(keys: string[], text: string): Promise<void> {
  tmux('send-keys', '-t', 'test', ...keys);
  await shows(text);
}

/** What is typed before the shell outside prompts again would be for the box. */
async function leave(keys: string[]): Promise<void> {
  tmux('send-keys', '-t', 'test', ...keys);
  await until('the prompt outside', () => /\n#\s*$/.test(screen()));
}

test('a shell on a terminal', async () => {
  const command = `${process.execPath} ${resolve('dist/src/cli/main.js')}`;
  tmux('new-session', '-d', '-s', 'test', '-x', '80', '-y', '24', '/bin/sh');
  const rootfs = resolve('build/bookworm');
  await type([`${command} run -it --name shell --rootfs ${rootfs} /bin/bash --norc`, 'Enter'], 'bash-5.2#');
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
  tmux('resize-window', '-t', 'test', '-x', '100', '-y', '30');
  await type(['clear; stty size', 'Enter'], '30 100');
  await leave(['C-p', 'C-q']);
  assert.match(wbx.must('ps', '--format', '{{.Names}} {{.State}}'), /^shell running/);
  await type([`clear; ${command} attach shell`, 'Enter', 'Enter'], 'bash-5.2#');
  await leave(['exit 9', 'Enter']);
  await type(['echo "left with $?"', 'Enter'], 'left with 9');
});
