// Modules with a byte changed or the end cut off: what Node's engine does not take is refused with a sentence, what it takes runs, and
// nothing makes the loader crash. A module may use what we do not have: then the sentence says so.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LOADER } from './engines.ts';
import { randomModule } from './random-module.ts';

const MUTATIONS = Number(process.env.WBX_WASM_MUTATIONS ?? 300);
const TRUNCATIONS = 60;
const INVALID = /not a valid WebAssembly module/;
const UNSUPPORTED =
  /not supported|can import functions only|multiple memories|more than \d+ tables|size minimum is too large/;

const directory = mkdtempSync(join(tmpdir(), 'wbx-malformed-'));
after(() => rmSync(directory, { recursive: true }));

/** The loader's verdict, and that it came to it in an orderly way; a program that now runs for ever is stopped. */
function verdict(module: Uint8Array, what: string): 'valid' | 'invalid' | 'unsupported' {
  const path = join(directory, 'm.wasm');
  writeFileSync(path, module);
  const { status, signal, stderr } = spawnSync(LOADER, [path], { timeout: 3000, maxBuffer: 1 << 28, encoding: 'utf8' });
  const ended = signal === 'SIGTERM' || status === 0 || status === 126 || status === 134;
  assert.ok(ended, `${what}: status ${status}, signal ${signal}, ${stderr}`);
  if (status === 126) assert.match(stderr, /^\S+: .+\n$/s, what);
  if (UNSUPPORTED.test(stderr)) return 'unsupported';
  return INVALID.test(stderr) ? 'invalid' : 'valid';
}

function compare(module: Uint8Array, what: string): void {
  const ours = verdict(module, what);
  const node = WebAssembly.validate(module as BufferSource) ? 'valid' : 'invalid';
  if (ours !== 'unsupported') assert.equal(ours, node, what);
}

/** The same numbers each time. */
function* numbers(): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 8;
  }
}

test('a byte changed', () => {
  const random = numbers();
  const next = (below: number): number => random.next().value! % below;
  for (let i = 0; i < MUTATIONS; i++) {
    const module = randomModule(next(40)).slice();
    // The head, where one byte changes everything, more often than the code.
    const at = 8 + next(next(3) === 0 ? 200 : module.length - 8);
    const before = module[at];
    module[at] = next(2) ? next(256) : before ^ (1 << next(8));
    compare(module, `mutation ${i}: ${before} at ${at} becomes ${module[at]}`);
  }
});

test('the end cut off', () => {
  const module = randomModule(3);
  for (let i = 0; i < TRUNCATIONS; i++) {
    const length = Math.floor((module.length * i) / TRUNCATIONS);
    compare(module.slice(0, length), `the first ${length} bytes`);
  }
});
