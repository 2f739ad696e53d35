import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  contentOf,
  type Inode,
  lookup,
  newDirectory,
  newInode,
  newRootfs,
  type Rootfs,
  S_IFLNK,
  S_IFREG,
  walk,
} from '../rootfs.ts';
import type { TarEntry } from '../tar/entry.ts';
import { readTar } from '../tar/read.ts';
import { TarWriter } from '../tar/write.ts';
import { applyLayer } from './apply.ts';
import type { Change } from './change.ts';
import { readLayer, writeLayer } from './tar.ts';

const file = (text: string): Inode => newInode(S_IFREG | 0o644, { content: contentOf(Buffer.from(text)) });
const link = (target: string): Inode => newInode(S_IFLNK | 0o777, { target });
const put = (path: string, inode: Inode): Change => ({ kind: 'inode', path, inode });

function fold(...layers: Change[][]): Rootfs {
  const root = newRootfs();
  for (const layer of layers) applyLayer(root, roundTrip(layer), 'the layer');
  return root;
}

/** Through the tar form, so that both directions are tested with every rule. */
function roundTrip(changes: Change[]): Iterable<Change> {
  const pieces: Uint8Array[] = [];
  writeLayer(changes, (bytes) => pieces.push(bytes));
  return readLayer(contentOf(Buffer.concat(pieces)), 'the layer');
}

function paths(root: Rootfs): string[] {
  return [...walk(root)].map(([path]) => path).slice(1);
}

test('a later layer replaces files and merges directories', () => {
  const root = fold(
    [put('d', newDirectory()), put('d/a', file('1'))],
    [put('d', newDirectory(0o700)), put('d/b', file('2'))],
  );
  assert.deepEqual(paths(root), ['d', 'd/a', 'd/b']);
  assert.equal(lookup(root, 'd')?.mode, 0o040700);
});

test('a file replaces a directory with everything in it, and back', () => {
  assert.deepEqual(paths(fold([put('d/a', file('1'))], [put('d', file('x'))])), ['d']);
  assert.deepEqual(paths(fold([put('d', file('x'))], [put('d/a', file('1'))])), ['d', 'd/a']);
});

test('a whiteout removes from lower layers only', () => {
  const root = fold(
    [put('a', file('1')), put('b', file('2'))],
    [
      { kind: 'whiteout', path: 'a' },
      { kind: 'whiteout', path: 'no' },
    ],
  );
  assert.deepEqual(paths(root), ['b']);
  assert.deepEqual(paths(fold([put('a', file('1')), { kind: 'whiteout', path: 'a' }])), ['a']);
});

test('an opaque directory hides what was below, wherever the marker stands', () => {
  const below = [put('d', newDirectory()), put('d/old', file('1'))];
  const marker: Change = { kind: 'opaque', path: 'd' };
  assert.deepEqual(paths(fold(below, [put('d', newDirectory()), marker, put('d/new', file('2'))])), ['d', 'd/new']);
  assert.deepEqual(paths(fold(below, [put('d', newDirectory()), put('d/new', file('2')), marker])), ['d', 'd/new']);
});

test('a hard link shares the inode, also across layers', () => {
  const root = fold([put('a', file('1'))], [{ kind: 'hardlink', path: 'd/b', target: 'a' }]);
  assert.equal(lookup(root, 'a'), lookup(root, 'd/b'));
});

test('symbolic links among the parents are followed inside the tree', () => {
  const usrmerge = [put('usr/lib', newDirectory()), put('lib', link('usr/lib')), put('out', link('../../../usr'))];
  const root = fold(usrmerge, [put('lib/x', file('1')), put('out/y', file('2'))]);
  assert.ok(lookup(root, 'usr/lib/x'));
  assert.ok(lookup(root, 'usr/y'));
  assert.equal(lookup(root, 'lib')?.target, 'usr/lib');
});

test('an absolute link leads to the root of the tree, not of the machine', () => {
  const root = fold([put('evil', link('/etc'))], [put('evil/passwd', file('1'))]);
  assert.deepEqual(paths(root), ['etc', 'etc/passwd', 'evil']);
});

test('a loop of symbolic links is an error', () => {
  const loop = [put('a', link('b')), put('b', link('a')), put('a/x', file('1'))];
  assert.throws(() => fold(loop), /the layer has an entry where "a" is a loop of symbolic links/);
});

test('a hard link to nothing or to a directory is an error', () => {
  assert.throws(
    () => fold([{ kind: 'hardlink', path: 'b', target: 'a' }]),
    /hard link "b" to "a", which does not exist/,
  );
  assert.throws(
    () => fold([put('a', newDirectory()), { kind: 'hardlink', path: 'b', target: 'a' }]),
    /to the directory "a"/,
  );
});

for (const path of ['../evil', 'a/../../evil', '/../evil']) {
  test(`the path ${path} is refused`, () => {
    const changes = readLayer(contentOf(tarOf({ path })), 'bad.tar');
    assert.throws(() => applyLayer(newRootfs(), changes, 'bad.tar'), /bad\.tar has a path that leaves the root/);
  });
}

test('a hard link target outside is refused', () => {
  const changes = readLayer(contentOf(tarOf({ path: 'a', type: 'hardlink', target: '../../etc/shadow' })), 'bad.tar');
  assert.throws(() => [...changes], /bad\.tar has a path that leaves the root/);
});

test('an absolute path is taken from the root of the tree', () => {
  const root = newRootfs();
  applyLayer(root, readLayer(contentOf(tarOf({ path: '/etc/./x' })), 'x.tar'), 'x.tar');
  assert.deepEqual(paths(root), ['etc', 'etc/x']);
});

function tarOf(fields: Partial<TarEntry>): Buffer {
  const pieces: Uint8Array[] = [];
  const writer = new TarWriter((bytes) => pieces.push(bytes));
  const zero = { mode: 0o644, uid: 0, gid: 0, mtimeSec: 0, mtimeNsec: 0, devMajor: 0, devMinor: 0 };
  writer.add({ type: 'file', path: '', target: '', ...zero, ...fields });
  writer.end();
  return Buffer.concat(pieces);
}

test('a hard link carries the attributes of its inode', () => {
  const inode = { ...file('x'), mode: S_IFREG | 0o4711, uid: 5, mtimeSec: 7 };
  const pieces: Uint8Array[] = [];
  writeLayer([put('a', inode), { kind: 'hardlink', path: 'b', target: 'a' }], (bytes) => pieces.push(bytes));
  const [, link] = readTar(contentOf(Buffer.concat(pieces)), 'the layer');
  assert.deepEqual([link.type, link.mode, link.uid, link.mtimeSec], ['hardlink', 0o4711, 5, 7]);
});
