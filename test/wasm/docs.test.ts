// Runs the examples of docs/WEBASSEMBLY.md in their order, as a user would: they print what the page says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { Wbx } from '../cli/wbx.ts';

const EXAMPLE = /^## ([^\n]*)$(?:(?!^## ).)*?^```sh example\n(.*?)^```\n```output\n(.*?)^```$/gms;
const TIMEOUT_MS = 120_000;
const MAIN = resolve('dist/src/cli/main.js');

const wbx = new Wbx();
before(() => {
  mkdirSync(wbx.path('commands'));
  writeFileSync(wbx.path('commands/wbx'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(wbx.path('commands/wbx'), 0o755);
});
after(() => wbx.remove());

const examples = [...readFileSync('docs/WEBASSEMBLY.md', 'utf8').matchAll(EXAMPLE)];

test('the page has its examples', () => assert.equal(examples.length, 3));

for (const [, title, script, output] of examples) {
  test(title, () => {
    const env = { ...wbx.env, PATH: `${wbx.path('commands')}:${process.env.PATH}` };
    const options = { cwd: wbx.directory, env, encoding: 'utf8', timeout: TIMEOUT_MS } as const;
    const { stdout, stderr } = spawnSync('sh', ['-c', script], options);
    assert.deepEqual({ stdout, stderr }, { stdout: output, stderr: '' });
  });
}
