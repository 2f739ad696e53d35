// A WebAssembly program that waits in a read is saved and goes on, also in the middle of computing; a fork of it leaves it as it is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type RunningBox, start } from '../../src/index.ts';
import { Wbx } from '../cli/wbx.ts';
import { WASMTIME } from '../e2e/engines.ts';
import { program } from './compile.ts';

const wbx = new Wbx();
before(() => {
  mkdirSync(wbx.path('context'));
  for (const name of ['upper', 'primes']) copyFileSync(program(name), wbx.path(`context/${name}.wasm`));
  writeFileSync(wbx.path('context/Dockerfile'), 'FROM scratch\nCOPY *.wasm /\nCMD ["/upper.wasm"]\n');
  const { status, stderr } = wbx.run('build', '-o', 'box.wasm', 'context');
  assert.equal(status, 0, stderr);
});
after(() => wbx.remove());

/** Both ends of a program's streams. */
class Ends {
  readonly #input = new TransformStream<Uint8Array, Uint8Array>();
  readonly #writer = this.#input.writable.getWriter();
  readonly stdin = this.#input.readable;
  text = '';
  #grown = (): void => {};
  readonly stdout = (bytes: Uint8Array): void => {
    this.text += Buffer.from(bytes);
    this.#grown();
  };

  async says(text: string): Promise<void> {
    while (this.text !== text) await new Promise<void>((resolve) => (this.#grown = resolve));
  }

  write(text: string): void {
    void this.#writer.write(Buffer.from(text));
  }

  close(): void {
    void this.#writer.close();
  }
}

async function ending(box: RunningBox, ends: Ends): Promise<[string, number]> {
  const { status } = await box.exit;
  return [ends.text, status];
}

test('in a read', async () => {
  const ends = new Ends();
  const first = await start(wbx.path('box.wasm'), ends);
  ends.write('before\n');
  await ends.says('BEFORE\n');
  const saved = first.snapshot();
  await first.stop();
  for (const word of ['one', 'two']) {
    const again = new Ends();
    const box = await saved.start(again);
    again.write(`${word}\n`);
    again.close();
    assert.deepEqual(await ending(box, again), [`${word.toUpperCase()}\n`, 0]);
  }
});

test('forks of one that waits', async () => {
  const ends = new Ends();
  const first = await start(wbx.path('box.wasm'), ends);
  ends.write('first\n');
  await ends.says('FIRST\n');
  const others = [new Ends(), new Ends()];
  const forks = await Promise.all(others.map((other) => first.fork(other)));
  for (const [i, other] of others.entries()) {
    other.write(`fork ${i}\n`);
    other.close();
    assert.deepEqual(await ending(forks[i], other), [`FORK ${i}\n`, 0]);
  }
  ends.write('still here\n');
  ends.close();
  assert.deepEqual(await ending(first, ends), ['FIRST\nSTILL HERE\n', 0]);
});

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const ENGINES: [name: string, program: string, args: string[]][] = [
  ['node:wasi', process.execPath, ['--no-warnings', 'examples/engines/node-wasi.mjs']],
  ['wasmtime', WASMTIME, ['examples/engines/run_wasmtime.py']],
];

for (const [name, engine, args] of ENGINES) {
  test(`in the middle of computing, as a box that goes on under ${name}`, async () => {
    const box = await start(wbx.path('box.wasm'), { command: ['/primes.wasm', '200000'] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    writeFileSync(wbx.path('saved.wasm'), await bytesOf(box.snapshot().toBox()));
    await box.stop();
    const { status, stdout } = spawnSync(engine, [...args, wbx.path('saved.wasm')], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.deepEqual([status, /^17984 \d+\.\d+\n$/.test(stdout)], [0, true], stdout);
  });
}

test('in the middle of computing, at several moments', async () => {
  const command = ['/primes.wasm', '400000'];
  const alone = new Ends();
  const [expected] = await ending(await start(wbx.path('box.wasm'), { command, stdout: alone.stdout }), alone);
  assert.match(expected, /^33860 /);
  let box = await start(wbx.path('box.wasm'), { command });
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 30 * i));
    const saved = box.snapshot();
    await box.stop();
    const ends = new Ends();
    box = await saved.start(ends);
    if (i === 2) assert.deepEqual(await ending(box, ends), [expected, 0]);
  }
});
