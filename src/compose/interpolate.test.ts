import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpolate } from './interpolate.ts';

const VARIABLES = new Map([
  ['A', 'value'],
  ['EMPTY', ''],
]);
const missing = new Set<string>();
const expand = (text: string) => interpolate(text, VARIABLES, 'services.web', (name) => missing.add(name));

/** The specification's own table, and nesting. */
const CASES: [text: string, result: string][] = [
  ['$A', 'value'],
  ['${A}', 'value'],
  ['x${A}y$A.z', 'xvalueyvalue.z'],
  ['${A:-other}', 'value'],
  ['${EMPTY:-other}', 'other'],
  ['${EMPTY-other}', ''],
  ['${B-other}', 'other'],
  ['${B:-${A}}', 'value'],
  ['${B:-a${C:-}b}', 'ab'],
  ['${A:+set}', 'set'],
  ['${EMPTY:+set}', ''],
  ['${EMPTY+set}', 'set'],
  ['${B+set}', ''],
  ['$$A $${A}', '$A ${A}'],
  ['${A:?needed}', 'value'],
  ['${EMPTY?needed}', ''],
  ['no variable', 'no variable'],
];

test('variables in their forms', () => {
  for (const [text, result] of CASES) assert.equal(expand(text), result, text);
});

test('what is missing is told', () => {
  assert.equal(expand('$NOWHERE ${NEITHER}'), ' ');
  assert.deepEqual([...missing], ['NOWHERE', 'NEITHER']);
});

test('what is wrong is an error with its place', () => {
  assert.throws(() => expand('${EMPTY:?set it}'), /services.web: required variable EMPTY is missing a value: set it/);
  assert.throws(() => expand('${B?}'), /required variable B/);
  for (const text of ['${', '${A', '${A!x}', '$1', '${}', 'a$'])
    assert.throws(() => expand(text), /not well-formed/, text);
});
