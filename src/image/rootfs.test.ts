import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cloneRootfs,
  compareNames,
  contentOf,
  insert,
  lookup,
  newInode,
  newRootfs,
  remove,
  S_IFREG,
  walk,
} from './rootfs.ts';

function file(text: string) {
  return newInode(S_IFREG | 0o644, { content: contentOf(Buffer.from(text)) });
}

test('insert makes parents and lookup finds what it put there', () => {
  const root = newRootfs();
  const inode = file('x');
  insert(root, '/a/./b/../c', inode);
  assert.equal(lookup(root, 'a/c'), inode);
  assert.equal(lookup(root, 'a/b'), undefined);
  assert.equal(lookup(root, ''), root);
});

test('insert cannot leave the tree', () => {
  const root = newRootfs();
  insert(root, '../../etc/passwd', file(''));
  assert.ok(lookup(root, 'etc/passwd'));
});

test('remove takes a whole directory', () => {
  const root = newRootfs();
  insert(root, 'a/b/c', file(''));
  assert.equal(remove(root, 'a/b'), true);
  assert.equal(remove(root, 'a/b'), false);
  assert.equal(remove(root, 'no/such'), false);
});

test('walk goes in byte order, parents first', () => {
  const root = newRootfs();
  for (const path of ['b', 'a/z', 'a-', 'a/\u{1f600}', 'a/\uff5e']) insert(root, path, file(''));
  assert.deepEqual(
    [...walk(root)].map(([path]) => path),
    ['', 'a', 'a/z', 'a/\uff5e', 'a/\u{1f600}', 'a-', 'b'],
  );
});

test('names compare as UTF-8', () => {
  const names = ['\u{1f600}', '\uff5e', 'a', 'ab', '\ud7ff', '\ue000'];
  const bytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(names.sort(compareNames), bytes);
});

test('a clone keeps hard links and is independent', () => {
  const root = newRootfs();
  const inode = file('x');
  insert(root, 'a', inode);
  insert(root, 'd/b', inode);
  const copy = cloneRootfs(root);
  assert.equal(lookup(copy, 'a'), lookup(copy, 'd/b'));
  assert.notEqual(lookup(copy, 'a'), inode);
  remove(copy, 'd');
  assert.ok(lookup(root, 'd/b'));
});
