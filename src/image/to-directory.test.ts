// Names that Windows would not take for names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWindowsName } from './to-directory.ts';

test('names of Windows', () => {
  for (const name of ['a', 'a.b', '.a', 'a b', 'ünï', 'console', 'com10', '-x', 'nul1'])
    assert.ok(isWindowsName(name), name);
  for (const name of [
    '..\\up',
    'a\\b',
    'c:',
    'a:stream',
    'a.',
    'a ',
    'nul',
    'NUL.txt',
    'com1',
    'Lpt9.x',
    'a?',
    'a\n',
    '..',
  ])
    assert.ok(!isWindowsName(name), name);
});
