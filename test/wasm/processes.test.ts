// WebAssembly programs beside others: pipes, statuses, signals, the shell's redirections and working directory.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { program } from './compile.ts';
import { WasmRoot } from './in-box.ts';

let root: WasmRoot;
before(() => {
  root = new WasmRoot({
    upper: program('upper'),
    faulty: program('faulty'),
    hello: program('hello'),
    endless: program('endless'),
    leave: program('leave'),
  });
});
after(() => root.remove());

const sh = async (script: string): Promise<[string, number]> => {
  const { output, status } = await root.sh(`exec 2>&1; ${script}`);
  return [output, status];
};

test('between two ELF programs in a pipeline', async () => {
  assert.deepEqual(await sh('seq 3 | upper | cat -'), ['1\n2\n3\n', 0]);
  assert.deepEqual(await sh('echo some text | upper | tr A-F a-f | upper'), ['SOME TEXT\n', 0]);
});

test('redirections and exit status', async () => {
  assert.deepEqual(
    await sh('echo abc > in; upper < in > out; cat out; hello x < /dev/null > /dev/null 2>&1; echo $?'),
    ['ABC\n2\n', 0],
  );
});

test('an argument names a file of the working directory, or by its absolute path any', async () => {
  assert.deepEqual(
    await sh('echo here > file; upper file; echo there > /tmp/file; upper /tmp/file; cd /tmp; upper ../work/file'),
    ['HERE\nTHERE\nHERE\n', 0],
  );
  assert.deepEqual(await sh('echo root > /file; cd /; upper file; upper /file; upper nothing; echo $?'), [
    'ROOT\nROOT\nnothing: No such file or directory\n1\n',
    0,
  ]);
});

test('every exit status, of which Linux keeps a byte', async () => {
  const given = [0, 1, 42, 125, 127, 128, 200, 255, 256, 511, -1];
  const [output] = await sh(`for i in ${given.join(' ')}; do leave $i; echo $?; done`);
  assert.deepEqual(
    output.split('\n').slice(0, -1).map(Number),
    given.map((status) => status & 0xff),
  );
  assert.deepEqual(await sh('leave 3 | leave 5; echo $?; leave 7'), ['5\n', 7]);
});

test('traps end a program with a message and status 134', async () => {
  const kinds = ['unreachable', 'out of bounds memory access', 'integer divide by zero', 'call stack exhausted'];
  for (const [i, kind] of kinds.entries()) {
    assert.deepEqual(await sh(`faulty ${i}; echo $?`), [`faulty: wasm trap: ${kind}\n134\n`, 0]);
  }
});

test('signals end it anywhere, also where it makes no call', async () => {
  const script = (signal: string): string => `endless & sleep 0.2; kill -${signal} $!; wait $!; echo $?`;
  assert.deepEqual(await sh(script('TERM')), ['Terminated\n143\n', 0]);
  assert.deepEqual(await sh(script('KILL')), ['Killed\n137\n', 0]);
  assert.deepEqual(await sh('trap "" INT; upper < /dev/null; echo $?'), ['0\n', 0]);
});

test('a pipe without a reader', async () => {
  const [output] = await sh('{ yes | upper; echo "$?" >&2; } | head -n 2');
  assert.deepEqual(output.split('\n').sort(), ['', '141', 'Y', 'Y']);
});

test('it has a process number, a name and a command line', async () => {
  const [output] = await sh('endless a b & sleep 0.2; cat /proc/$!/comm; tr "\\0" " " < /proc/$!/cmdline; kill -9 $!');
  assert.equal(output, 'endless\n/usr/lib/wbx/wasm /bin/endless endless a b ');
});

test('a script whose interpreter is one', async () => {
  assert.deepEqual(await sh("printf '#!/bin/upper\\ntext\\n' > script; chmod +x script; ./script"), [
    '#!/BIN/UPPER\nTEXT\n',
    0,
  ]);
});

test('many at once', async () => {
  assert.deepEqual(await sh('for i in 1 2 3 4 5 6; do echo "n$i" | upper & done | sort; wait'), [
    'N1\nN2\nN3\nN4\nN5\nN6\n',
    0,
  ]);
});
