// The table follows BuildKit's own (frontend/dockerfile/shell/envVarTest): word, what it becomes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExpandError, expandWord, expandWords } from './expand.ts';

const VARIABLES = new Map(
  Object.entries({ PWD: '/home', SHELL: 'bash', KOREAN: '한국어', NULL: '', P: 'x/y/z.tar.gz', S: ' a  b ' }),
);
const lookup = (name: string): string | undefined => VARIABLES.get(name);

const WORDS: [string, string][] = [
  ['hello', 'hello'],
  ["he'll'o", 'hello'],
  ["'hello $PWD'", 'hello $PWD'],
  ['he"llo $PWD"', 'hello /home'],
  ['"he\'ll\'o"', "he'll'o"],
  ['he\\llo', 'hello'],
  ['"he\\llo"', 'he\\llo'],
  ['"a\\"b\\$c\\\\d"', 'a"b$c\\d'],
  ["'a\\b'", 'a\\b'],
  ['he\\$PWD', 'he$PWD'],
  ['$PWD', '/home'],
  ['he$PWD.x', 'he/home.x'],
  ['he${PWD}x', 'he/homex'],
  ['$NOPE.', '.'],
  ['$', '$'],
  ['a$,b', 'a$,b'],
  ['${NOPE:-def}', 'def'],
  ['${NULL:-def}', 'def'],
  ['${NULL-def}', ''],
  ['${NOPE-def}', 'def'],
  ['${PWD:-def}', '/home'],
  ['${PWD:+set}', 'set'],
  ['${NULL:+set}', ''],
  ['${NULL+set}', 'set'],
  ['${NOPE:-${PWD}/x}', '/home/x'],
  ['${NOPE:-"a b"}', 'a b'],
  ['${NOPE:-$}', '$'],
  ['${KOREAN}x', '한국어x'],
  ['${P#*/}', 'y/z.tar.gz'],
  ['${P##*/}', 'z.tar.gz'],
  ['${P%.*}', 'x/y/z.tar'],
  ['${P%%.*}', 'x/y/z'],
  ['${P/z/Z}', 'x/y/Z.tar.gz'],
  ['${P//\\//-}', 'x-y-z.tar.gz'],
  ['$1x', 'x'],
];

for (const [word, expected] of WORDS) test(word, () => assert.equal(expandWord(word, lookup), expected));

const LISTS: [string, string[]][] = [
  ['a b', ['a', 'b']],
  ['$S', ['a', 'b']],
  ['x$S', ['x', 'a', 'b']],
  ['"$S"', [' a  b ']],
  ['$NOPE', []],
  ['""', ['']],
  ['a"b c"d', ['ab cd']],
];

for (const [text, expected] of LISTS)
  test(`words: ${text}`, () => assert.deepEqual(expandWords(text, lookup), expected));

for (const word of ["'x", '"x', '${', '${x', '${x:', '${x:-', '${}', '${x:^y}', '${NOPE:?must be set}']) {
  test(`error: ${word}`, () => assert.throws(() => expandWord(word, lookup), ExpandError));
}

test('another escape character', () => assert.equal(expandWord('c:\\dir`$PWD', lookup, '`'), 'c:\\dir$PWD'));
