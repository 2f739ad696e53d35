// Runs of programs with threads, timers and random numbers: the same output, the same number of instructions and
// the same memory on the way and at the end in every engine and tier; another seed gives another memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BROWSERS, openPage } from '../../e2e/browser/browsers.ts';
import { PageServer } from '../../e2e/browser/server.ts';
import { BUN, CURRENT_NODE } from '../../e2e/engines.ts';
import { outcome } from '../../e2e/hello-box.ts';
import type { RunRequest, RunResult } from './run.ts';

const RUN = 'dist/test/snapshot/deterministic/node.js';
const PAGE = 'test/snapshot/deterministic/page.html';
const TIMEOUT_MS = 600_000;

type Engine = (box: string, request: RunRequest) => Promise<RunResult>;

const ENGINES: Record<string, Engine> = {
  'Node of this machine': runIn(process.execPath),
  'current Node': runIn(CURRENT_NODE),
  Bun: runIn(BUN),
  Chromium: runInChromium,
};

function runIn(program: string): Engine {
  return async (box, request) => {
    const { status, stdout, stderr } = outcome(program, [RUN, box, JSON.stringify(request)], TIMEOUT_MS);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as RunResult;
  };
}

async function runInChromium(box: string, request: RunRequest): Promise<RunResult> {
  const server = new PageServer<RunResult & { error?: string }>(box);
  const query = new URLSearchParams({ request: JSON.stringify(request) });
  const close = openPage(BROWSERS.chromium, `${await server.listen()}/${PAGE}?${query}`);
  try {
    const result = await server.result;
    assert.equal(result.error, undefined);
    return result;
  } finally {
    await close();
    server.close();
  }
}

/** A test for each program of the box. */
export function testEverywhere(box: string, programs: Record<string, string[]>): void {
  for (const [name, command] of Object.entries(programs)) {
    test(name, { timeout: TIMEOUT_MS }, async (context) => {
      let first: Omit<RunResult, 'regions'> | undefined;
      for (const [engine, run] of Object.entries(ENGINES)) {
        for (const tier of ['interp', 'jit'] as const) {
          const { regions, ...result } = await run(box, { command, seed: 1, tier });
          first ??= result;
          assert.deepEqual(result, first, `${engine}, ${tier}`);
          assert.equal(regions > 20, tier === 'jit', `${regions} regions`);
        }
      }
      assert.ok(first!.text !== '' && first!.marks.length > 2);
      const { memory, text } = await runIn(process.execPath)(box, { command, seed: 2, tier: 'interp' });
      assert.notEqual(memory, first!.memory);
      assert.notEqual(text, first!.text);
      context.diagnostic(`memory ${first!.memory}, ${first!.instructions} instructions`);
    });
  }
}
