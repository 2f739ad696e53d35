// Dockerfiles that nobody would write: random and mutated ones parse, or are refused with the line, and quickly.
// WBX_FUZZ=N tries N of them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lint } from '../../src/dockerfile/lint.ts';
import { KEYWORDS } from '../../src/dockerfile/keywords.ts';
import { parseDockerfile } from '../../src/dockerfile/parse.ts';
import { parseStages } from '../../src/dockerfile/stages.ts';
import { expandWord, ExpandError } from '../../src/dockerfile/expand.ts';
import { parseIgnore } from '../../src/dockerfile/ignore.ts';
import { WbxError } from '../../src/errors.ts';

const DIRECTORY = 'test/dockerfiles/parse';
const COUNT = Number(process.env.WBX_FUZZ ?? 3000);
const PIECES = [
  ...KEYWORDS,
  ...[
    '\n',
    '\\\n',
    '`\n',
    ' ',
    '\t',
    '\r\n',
    '#',
    '# escape=`\n',
    '# check=skip=all\n',
    '<<EOF',
    'EOF',
    '<<-"X"',
    '<<',
    '\0',
  ],
  ...[
    '${',
    '}',
    '$',
    '${x:-',
    '${x//',
    '"',
    "'",
    '\\',
    '[',
    ']',
    '["a","b"]',
    '{',
    '=',
    'a=b',
    '--from=',
    '--mount=type=',
    ',',
    '--chmod=7',
  ],
  ...['scratch', 'AS', 'a', '/', '..', '*', '**', '[^a', '\ufeff', 'é', '\u{1f600}', '0', '99999999999', ':', '%', '!'],
];

/** xorshift32: the same files every time. */
function random(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const seeds = readdirSync(DIRECTORY)
  .filter((name) => name.endsWith('.Dockerfile'))
  .map((name) => readFileSync(join(DIRECTORY, name), 'utf8'));

function sample(next: (below: number) => number): string {
  let text = next(3) === 0 ? 'FROM a\n' : seeds[next(seeds.length)];
  for (let edits = 1 + next(12); edits > 0; edits--) {
    const at = next(text.length + 1);
    text = text.slice(0, at) + PIECES[next(PIECES.length)] + text.slice(at + (next(2) === 0 ? 0 : next(20)));
  }
  return text;
}

/** Runs it; only an error with a place may come out. */
function refusedOrDone(text: string, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    assert.ok(error instanceof WbxError, `${JSON.stringify(text)}: ${(error as Error).stack}`);
    assert.match(error.message, /^(Dockerfile|\.dockerignore):\d+: /, JSON.stringify(text));
    return false;
  }
}

test(`${COUNT} mutated Dockerfiles parse or are refused with their line`, () => {
  const next = random(20_260);
  let parsed = 0;
  for (let i = 0; i < COUNT; i++) {
    const text = sample(next);
    const start = performance.now();
    const work = () => {
      const dockerfile = parseDockerfile(text);
      lint(dockerfile, parseStages(dockerfile));
    };
    if (refusedOrDone(text, work)) parsed++;
    assert.ok(performance.now() - start < 5000, `too slow: ${JSON.stringify(text)}`);
  }
  assert.ok(parsed > COUNT / 100 && parsed < COUNT, `${parsed} of ${COUNT} parse: the fuzzer has lost its use`);
});

test(`${COUNT} random words expand or are refused`, () => {
  const next = random(7);
  for (let i = 0; i < COUNT; i++) {
    const text = Array.from({ length: 1 + next(12) }, () => PIECES[next(PIECES.length)]).join('');
    try {
      expandWord(text, (name) => (name === 'x' ? 'value' : undefined));
    } catch (error) {
      assert.ok(error instanceof ExpandError, `${JSON.stringify(text)}: ${(error as Error).stack}`);
    }
    refusedOrDone(text, () => parseIgnore(text).excludes('a/b/c'));
  }
});

test('what grows fast by nature stays quick: nested braces, long lines, many stars', () => {
  const start = performance.now();
  const deep = (levels: number) => '${a:-'.repeat(levels) + '}'.repeat(levels);
  assert.throws(() => expandWord(deep(2000), () => undefined), ExpandError);
  assert.equal(
    expandWord(deep(50), () => undefined),
    '',
  );
  expandWord(`\${x#${'*'.repeat(20)}b}`, () => 'a'.repeat(50));
  refusedOrDone('', () => parseIgnore(`${'**/'.repeat(12)}z`).excludes('a/'.repeat(30)));
  parseDockerfile(`FROM a\nRUN ${'x \\\n'.repeat(20_000)}y\n`);
  parseDockerfile(`FROM a\nRUN ${'--a '.repeat(20_000)}`);
  assert.ok(performance.now() - start < 20_000);
});
