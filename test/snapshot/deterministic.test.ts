// Deterministic runs of programs with threads, timers and random numbers: the same output, the same number of instructions and
// the same final memory in every engine; another seed gives another memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUN, CURRENT_NODE } from '../e2e/engines.ts';
import { outcome } from '../e2e/hello-box.ts';

const RUN = 'dist/test/snapshot/deterministic-run.js';
const PROGRAMS = ['threads.c', 'python.sh', 'redis.sh', 'bash.sh', 'random.sh'];
const ENGINES: [name: string, program: string][] = [
  ['current Node', CURRENT_NODE],
  ['Bun', BUN],
];

function run(program: string, name: string, seed: number): { status: number; memory: number; text: string } {
  const { status, stdout, stderr } = outcome(program, [RUN, name, String(seed)]);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as ReturnType<typeof run>;
}

for (const name of PROGRAMS) {
  test(name, (context) => {
    const first = run(process.execPath, name, 1);
    assert.notEqual(first.text, '');
    for (const [engine, program] of ENGINES) assert.deepEqual(run(program, name, 1), first, engine);
    const other = run(process.execPath, name, 2);
    assert.notEqual(other.memory, first.memory);
    context.diagnostic(`memory ${first.memory.toString(16)}`);
    if (name === 'random.sh') assert.notEqual(other.text, first.text);
  });
}
