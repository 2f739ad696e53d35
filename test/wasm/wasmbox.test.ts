// A module of wasmbox's interface answers the messages of the box's host, goes on from a snapshot, and in a fork.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type RunningBox, start } from '../../src/index.ts';
import { Wbx } from '../cli/wbx.ts';
import { compileWasm, program } from './compile.ts';
import { LOADER } from './engines.ts';

const wbx = new Wbx();
const FLAGS = ['-O2', '-mexec-model=reactor'];

before(() => {
  mkdirSync(wbx.path('context'));
  copyFileSync(program('counter', FLAGS), wbx.path('context/counter.wasm'));
  writeFileSync(wbx.path('context/Dockerfile'), 'FROM scratch\nCOPY counter.wasm /\nCMD ["/counter.wasm"]\n');
  const { status, stderr } = wbx.run('build', '-o', 'counter.box.wasm', 'context');
  assert.equal(status, 0, stderr);
});
after(() => wbx.remove());

const next = async (box: RunningBox): Promise<unknown> => (await box.messages.next()).value;

async function ask(box: RunningBox, message: string): Promise<unknown> {
  await box.send(message);
  return next(box);
}

test('each message is sent to the module, each callback comes as one', async () => {
  const box = await start(wbx.path('counter.box.wasm'), { messages: 'text' });
  assert.equal(await next(box), 'ready');
  assert.equal(await ask(box, 'up'), 'count is 1 after up');
  assert.equal(await ask(box, 'up'), 'count is 2 after up');
  assert.equal(await ask(box, ''), 'count is 2 after ');
  box.endMessages();
  assert.equal((await box.exit).status, 0);
});

test('a snapshot while it waits, restored twice', async () => {
  const box = await start(wbx.path('counter.box.wasm'), { messages: 'text' });
  await next(box);
  await ask(box, 'up');
  const saved = box.snapshot();
  assert.equal(await ask(box, 'down'), 'count is 0 after down');
  for (const _ of [1, 2]) {
    const again = await saved.start({ messages: 'text' });
    assert.equal(await ask(again, 'up'), 'count is 2 after up');
    await again.stop();
  }
  await box.stop();
});

test('wbx talk', () => {
  const { stdout } = wbx.runWith('up\nup\ndown\n', 'talk', 'counter.box.wasm');
  assert.equal(stdout, 'ready\ncount is 1 after up\ncount is 2 after up\ncount is 1 after down\n');
});

test('a module without all of the interface, or with other types', () => {
  const source = wbx.path('broken.c');
  const refusal = (exports: string): [number | null, string] => {
    writeFileSync(source, exports);
    const { status, stderr } = spawnSync(LOADER, [compileWasm(source, FLAGS), 'broken'], { encoding: 'utf8' });
    return [status, stderr];
  };
  const initialize = '__attribute__((export_name("wasmbox_initialize"))) void initialize(void) {}\n';
  const send = (parameter: string) => `__attribute__((export_name("wasmbox_send"))) void send(${parameter}) {}\n`;
  assert.deepEqual(refusal(initialize), [
    126,
    'broken: a module with wasmbox_initialize exports wasmbox_send, wasmbox_malloc and wasmbox_free, too\n',
  ]);
  assert.deepEqual(refusal(initialize + send('double x')), [
    126,
    'broken: a function of wasmbox is exported with another type\n',
  ]);
});

test('without a host to talk to', () => {
  const { status, stderr } = wbx.run('run', 'counter.box.wasm');
  assert.deepEqual([status, stderr.includes('/dev/wbx cannot be opened')], [126, true], stderr);
});
