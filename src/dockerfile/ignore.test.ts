import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIgnore } from './ignore.ts';

/** Patterns, paths that they leave out, paths that stay. */
const CASES: [patterns: string[], out: string[], stays: string[]][] = [
  [['node_modules'], ['node_modules', 'node_modules/x/y'], ['src/node_modules', 'node_modules2']],
  [['**/node_modules'], ['node_modules', 'a/b/node_modules/x'], ['a/xnode_modules']],
  [['*.md'], ['README.md'], ['docs/README.md', 'README.mdx']],
  [['*/temp*'], ['a/temp', 'a/temporary/x'], ['temp', 'a/b/temp']],
  [['temp?'], ['tempa'], ['temp', 'tempab']],
  [['**'], ['a', 'a/b'], []],
  [['/abs/'], ['abs', 'abs/x'], ['x/abs']],
  [
    ['*', '!keep'],
    ['a', 'b/c'],
    ['keep', 'keep/x'],
  ],
  [
    ['a', '!a/b', 'a/b/c'],
    ['a/x', 'a/b/c'],
    ['a/b', 'a/b/d'],
  ],
  [['!x', 'x'], ['x'], ['y']],
  [['dir/**'], ['dir/a', 'dir/a/b'], ['dir']],
  [['a/**/z'], ['a/z', 'a/b/c/z'], ['az', 'b/a/z']],
  [['**/*.go'], ['x.go', 'a/b.go'], ['x.goo']],
  [['[a-c]x'], ['ax', 'cx'], ['dx', '-x']],
  [['[^a]x'], ['bx'], ['ax']],
  [['a\\*b'], ['a*b'], ['axb']],
  [
    ['.git', '# no comment here? it is', '', '  spaced  '],
    ['.git', 'spaced'],
    ['# no comment here? it is', '.gitignore'],
  ],
  [['./a/../b'], ['b'], ['a']],
];

for (const [patterns, out, stays] of CASES) {
  test(JSON.stringify(patterns), () => {
    const ignore = parseIgnore(patterns.join('\n'));
    assert.deepEqual(
      [...out, ...stays].filter((path) => ignore.excludes(path)),
      out,
    );
  });
}

test('a pattern that is none is told with its line', () => {
  assert.throws(() => parseIgnore('a\nb[c'), /\.dockerignore:2: the pattern "b\[c" has a \[ without its \]/);
});
