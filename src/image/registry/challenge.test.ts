import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChallenges } from './challenge.ts';

const plain = (header: string | undefined) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test('challenges with tokens, quoted strings and several schemes', () => {
  assert.deepEqual(plain('Bearer realm="https://a/t?x=1,2",service=reg,scope="repository:a/b:pull,push"'), [
    ['bearer', { realm: 'https://a/t?x=1,2', service: 'reg', scope: 'repository:a/b:pull,push' }],
  ]);
  assert.deepEqual(plain('Basic realm="say \\"hi\\"", Bearer realm = "x"'), [
    ['basic', { realm: 'say "hi"' }],
    ['bearer', { realm: 'x' }],
  ]);
  assert.deepEqual(plain('Negotiate'), [['negotiate', {}]]);
});

test('what cannot be read gives nothing, and takes no time', () => {
  assert.deepEqual(plain(undefined), []);
  assert.deepEqual(plain('="x"'), []);
  assert.equal(plain('Bearer realm="unclosed')[0][0], 'bearer');
  assert.equal(plain(`Bearer ${'a '.repeat(20_000)}`).length > 0, true);
});
