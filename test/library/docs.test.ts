// Runs the examples of docs/LIBRARY.md as a user would, in Node and Bun: they print what the page says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { BUN } from '../e2e/engines.ts';
import { makePythonBox } from '../snapshot/python-box.ts';

const DIRECTORY = 'build/test/library';
const EXAMPLE = /^## (.*?)$(?:(?!^## ).)*?^```js example\n(.*?)^```\n```output\n(.*?)^```$/gms;
const TIMEOUT_MS = 120_000;

before(() => {
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(`${DIRECTORY}/hello.txt`, 'hello\n');
  if (!existsSync(`${DIRECTORY}/python.wasm`)) makePythonBox(`${DIRECTORY}/python.wasm`);
});

const examples = [...readFileSync('docs/LIBRARY.md', 'utf8').matchAll(EXAMPLE)];

test('the page has its examples', () => assert.equal(examples.length, 5));

for (const [engine, program] of [
  ['Node', process.execPath],
  ['Bun', `${process.cwd()}/${BUN}`],
]) {
  for (const [i, [, title, code, output]] of examples.entries()) {
    test(`${title}, ${engine}`, { timeout: TIMEOUT_MS }, () => {
      // Node 20 has no `await using` yet.
      const plain = code.replace(/await using (\w+)/g, 'const $1');
      const used = /await using (\w+)/.exec(code)?.[1];
      const end = used ? `await ${used}.stop();\n` : '';
      writeFileSync(`${DIRECTORY}/${i}.mjs`, `import { start } from 'wbx';\n${plain}${end}`);
      const { stdout, stderr } = spawnSync(program, [`${i}.mjs`], {
        cwd: DIRECTORY,
        encoding: 'utf8',
        timeout: TIMEOUT_MS,
      });
      assert.deepEqual({ stdout, stderr }, { stdout: output, stderr: '' });
    });
  }
}
