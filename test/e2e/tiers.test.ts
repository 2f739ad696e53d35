// The same programs by the interpreter alone, with every branch target translated at once, and with translations made ahead
// of time: what they print, how they end and how many instructions they retire must not tell the tiers apart.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { runBox } from '../../src/runtime/node/run.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';
import type { Tier } from '../../src/runtime/node/tier.ts';
import { bakedEngine } from '../translate/baked.ts';

const ROOTFS = 'build/bookworm';

/** By name; single processes whose instructions do not depend on time. */
const PROGRAMS: Record<string, string[]> = {
  arithmetic: [
    'awk',
    'BEGIN { for (i = 1; i < 3000; i++) { s += i * i % 7; q += sqrt(i) / i }; printf "%d %.12f\\n", s, q }',
  ],
  digests: ['sha512sum', '/bin/bash'],
  faults: ['bash', '-c', 'ulimit -s 256; f() { f; }; f; echo $?'],
  patterns: ['grep', '-cE', '(e|i)[a-m]+s$', '/etc/services'],
  sorting: ['sort', '-k1.3r', '/etc/services'],
  strings: ['sed', '-E', 's/(.)(.)/\\2\\1/g;y/abc/ABC/', '/etc/passwd'],
};

async function run(tier: Tier, command: string[], engine?: WebAssembly.Module): Promise<unknown> {
  const box = runnableDirectory(ROOTFS);
  let output = '';
  const sink = {
    write: (bytes: Uint8Array) => {
      output += Buffer.from(bytes).toString('latin1');
      return bytes.length;
    },
  };
  const boot = await box.bootOptions({ command, env: ['PATH=/usr/bin:/bin'] });
  const { status, instructions } = await runBox({
    ...box,
    boot,
    stdin: null,
    stdout: sink,
    stderr: sink,
    tier,
    engine,
  });
  return { output, status, instructions };
}

for (const [name, command] of Object.entries(PROGRAMS)) {
  test(`tiers agree: ${name}`, { skip: existsSync(ROOTFS) ? false : `needs ${ROOTFS}` }, async () => {
    const expected = await run('interp', command);
    process.env.WBX_JIT_THRESHOLD = '1';
    try {
      assert.deepEqual(await run('jit', command), expected);
    } finally {
      delete process.env.WBX_JIT_THRESHOLD;
    }
    const engine = await bakedEngine(runnableDirectory(ROOTFS), command);
    assert.deepEqual(await run('aot', command, engine), expected);
    assert.deepEqual(await run('interp', command, engine), expected);
  });
}
