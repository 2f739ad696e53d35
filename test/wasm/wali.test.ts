// A program that makes Linux's system calls by WALI's imports: files, memory, signals, processes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { program } from './compile.ts';
import { WasmRoot } from './in-box.ts';

let root: WasmRoot;
/** Handlers of signals are called by their numbers in the table, so that is part of the interface. */
const FLAGS = ['-O2', '-nostartfiles', '-ffreestanding', '-Wl,--export-table'];

before(() => {
  root = new WasmRoot({ 'wali.wasm': program('wali', FLAGS) });
});
after(() => root.remove());

const EXPECTED = `init: 0
arguments: 2
word has: 4
PATH=/bin
none: -2
writev: 8
a bad address: -14
lseek: 4
read: 4
two
fstat: 0
size: 8
close: 0
unlink: 0
what is not there: -38
moved: 1
munmap: 0
zeroed again: 1
may be written: 0
only read: -13
needed soon: 0
to be zero: -22
brk: -38
newfstatat: 0
socketpair: 0
epoll: 7
epoll_ctl: 0
nothing yet: 0
sendmsg: 7
epoll_pwait: 1
data: 77
pselect: 1
recvmsg: 7
flags: 0
pselect again: 0
a bad message: -14
sigaction: 0
kill: 0
handled: 10
ignore: 0
the old one: 1
kill: 0
not handled: 0
pipe: 0
read: 13
from a child
waited: 1
status: 0
interrupted: -4
by: 12
waited: 1
status: 7
clock: 0
runs: 1
`;

test('system calls', async () => {
  const { status, output } = await root.sh('unset HOME HOSTNAME PWD OLDPWD SHLVL; exec wali.wasm word');
  assert.deepEqual(output.split('\n'), EXPECTED.split('\n'));
  assert.equal(status, 42);
});
