import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  contentOf,
  insert,
  newDirectory,
  newInode,
  newRootfs,
  type Rootfs,
  S_IFBLK,
  S_IFLNK,
  S_IFREG,
  walk,
} from '../image/rootfs.ts';
import { imageFromChunks, rootfsOfImage } from './image-reader.ts';
import { imageOf } from './image-writer.ts';
import { openBox } from './inspect.ts';
import { linkBox } from './link.ts';
import { MemorySink } from './memory-sink.ts';
import { rangeOf } from './source.ts';
import { tinyKernel } from './tiny-kernel.ts';

function file(size: number, fields = {}) {
  const bytes = new Uint8Array(size).map((_, i) => (i * size) >>> 3);
  return newInode(S_IFREG | 0o644, { mtimeSec: 1_700_000_000, mtimeNsec: 5, content: contentOf(bytes), ...fields });
}

function tree(): Rootfs {
  const root = newRootfs();
  for (const size of [0, 1, 4095, 4096, 4097, 65536, 70_000, 300_001]) insert(root, `sizes/${size}`, file(size));
  insert(root, 'bin/sh', newInode(S_IFLNK | 0o777, { target: 'dash' }));
  insert(root, 'bin/dash', file(9, { mode: S_IFREG | 0o4755, uid: 1, gid: 2 }));
  insert(root, 'bin/hard', root.entries.get('bin')!.entries!.get('dash')!);
  insert(root, 'dev/sda', newInode(S_IFBLK | 0o600, { rdev: 0x800, mtimeSec: -5 }));
  insert(root, 'empty', newDirectory(0o1777));
  insert(root, 'naïve/\u{1f600}', file(3, { xattrs: new Map([['user.a', Uint8Array.of(1, 2)]]) }));
  insert(root, 'naïve/\uffee', file(3));
  return root;
}

function assertSame(actual: Rootfs, expected: Rootfs): void {
  const pairs = [...walk(expected)];
  assert.deepEqual(
    [...walk(actual)].map(([path]) => path),
    pairs.map(([path]) => path),
  );
  const found = new Map(walk(actual));
  for (const [path, inode] of pairs) {
    const { content, entries: _, ...attributes } = inode;
    const { content: readBack, entries: __, ...same } = found.get(path)!;
    assert.deepEqual(same, attributes, path);
    if (content) assert.deepEqual(readBack!.read(0, content.size), content.read(0, content.size), path);
  }
}

test('an image reads back as the tree it was made of', () => {
  const read = rootfsOfImage(imageOf(tree()));
  assertSame(read, tree());
  const bin = read.entries.get('bin')!.entries!;
  assert.equal(bin.get('hard'), bin.get('dash'));
});

test('so does the image of a box', async () => {
  const sink = new MemorySink();
  linkBox({ kernel: tinyKernel(), image: imageOf(tree()), boot: { argv: [] }, config: Uint8Array.of(123, 125) }, sink);
  const { layout, image } = await openBox(rangeOf(sink.bytes()), 'x');
  assertSame(rootfsOfImage(imageFromChunks(layout, image)), tree());
});

test('a file of a page or more starts at a page, a smaller one does not cross one', () => {
  const image = imageOf(tree());
  const bytes = image.read(0, image.size);
  const big = new Uint8Array(300_001).map((_, i) => (i * 300_001) >>> 3);
  assert.equal(Buffer.from(bytes).indexOf(big) % 4096, 0);
  const small = new Uint8Array(4095).map((_, i) => (i * 4095) >>> 3);
  assert.equal(Buffer.from(bytes).indexOf(small) % 4096, 0);
});

test('a damaged image is told', () => {
  const image = imageOf(tree());
  const bytes = image.read(0, image.size);
  const damaged = (at: number) => {
    const copy = bytes.slice();
    copy.fill(0xff, at, at + 8);
    return () => rootfsOfImage({ size: copy.length, read: (offset, length) => copy.slice(offset, offset + length) });
  };
  for (const at of [0, 16, 64 + 40]) assert.throws(damaged(at), RangeError);
});
