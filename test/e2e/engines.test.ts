// One box, every engine: the same bytes print the same and end with the same status.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BROWSERS, openPage } from './browser/browsers.ts';
import { PageServer } from './browser/server.ts';
import { BUN, CURRENT_NODE, DENO, WASMTIME } from './engines.ts';
import { HELLO_BOX, makeHelloBox, type Outcome, outcome, runNatively, WBX } from './hello-box.ts';

const PLAIN_WASI = ['--no-warnings', 'examples/engines/node-wasi.mjs'];

const ENGINES: [name: string, program: string, args: string[]][] = [
  ['wbx run, Node of this machine', process.execPath, [WBX, 'run', HELLO_BOX]],
  ['wbx run, current Node', CURRENT_NODE, [WBX, 'run', HELLO_BOX]],
  ['wbx run, Bun', BUN, [WBX, 'run', HELLO_BOX]],
  ['wbx run, Deno', DENO, ['run', '-A', '--no-prompt', WBX, 'run', HELLO_BOX]],
  ['node:wasi, Node of this machine', process.execPath, [...PLAIN_WASI, HELLO_BOX]],
  ['node:wasi, current Node', CURRENT_NODE, [...PLAIN_WASI, HELLO_BOX]],
  ['wasmtime', WASMTIME, ['examples/engines/run_wasmtime.py', HELLO_BOX]],
];

/** Seconds after which a browser that has not answered has failed. */
const BROWSER_TIMEOUT_MS = 60_000;

let native: Outcome;
let nativeWithArgs: Outcome;

before(() => {
  makeHelloBox();
  native = runNatively([]);
  nativeWithArgs = runNatively(['one', 'two words']);
});

for (const [name, program, args] of ENGINES) {
  test(name, () => assert.deepEqual(outcome(program, args), native));
}

test('arguments of a plain WASI run replace CMD', () => {
  const args = [...PLAIN_WASI, HELLO_BOX, '/app/a.out', 'one', 'two words'];
  assert.deepEqual(outcome(process.execPath, args), nativeWithArgs);
});

for (const [name, browser] of Object.entries(BROWSERS)) {
  for (const source of ['url', 'blob', 'bytes']) {
    test(`${name}, main thread, box as ${source}`, { timeout: BROWSER_TIMEOUT_MS }, async (context) => {
      const server = new PageServer(HELLO_BOX);
      const close = openPage(browser, `${await server.listen()}/?source=${source}`);
      try {
        const { crossOriginIsolated, longestTask, milliseconds, ...result } = await server.result;
        context.diagnostic(`${milliseconds.toFixed(0)} ms, longest task ${longestTask.toFixed(0)} ms`);
        assert.equal(crossOriginIsolated, false);
        assert.deepEqual(result, native);
      } finally {
        await close();
        server.close();
      }
    });
  }
}
