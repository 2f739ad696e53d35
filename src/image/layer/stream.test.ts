// The layer stream comes from inside a box: what it says is checked like anything from outside.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LAYER_END,
  LAYER_HARDLINK,
  LAYER_INODE,
  LAYER_OPAQUE,
  LAYER_RECORD_SIZE,
  LAYER_WHITEOUT,
} from '../../../abi/layer.ts';
import { contentOf, S_IFDIR, S_IFLNK, S_IFREG, S_IFSOCK } from '../rootfs.ts';
import type { Change } from './change.ts';
import { decodeLayerStream } from './stream.ts';

interface Fields {
  kind?: number;
  mode?: number;
  path?: string;
  target?: string;
  content?: string;
  xattrs?: Buffer;
  /** What the record says, where it lies. */
  size?: bigint;
  pathLength?: number;
}

function record({
  kind = LAYER_INODE,
  mode = S_IFREG | 0o644,
  path = 'a',
  target = '',
  content = '',
  xattrs = Buffer.alloc(0),
  size,
  pathLength,
}: Fields): Buffer {
  const head = Buffer.alloc(LAYER_RECORD_SIZE);
  for (const [at, value] of [
    [0, kind],
    [4, mode],
    [8, 1000],
    [12, 1001],
  ])
    head.writeUInt32LE(value, at);
  head.writeBigUInt64LE(size ?? BigInt(content.length), 16);
  head.writeBigInt64LE(-3n, 24);
  head.writeUInt32LE(5, 32);
  head.writeUInt32LE(pathLength ?? Buffer.byteLength(path), 40);
  head.writeUInt32LE(Buffer.byteLength(target), 44);
  head.writeUInt32LE(xattrs.length, 48);
  return Buffer.concat([head, Buffer.from(path + target), xattrs, Buffer.from(content)]);
}

const END = record({ kind: LAYER_END, path: '' });

function decode(...records: Buffer[]): Change[] {
  return [...decodeLayerStream(contentOf(Buffer.concat(records)))];
}

test('every kind of record', () => {
  const xattrs = Buffer.from([1, 0, 6, 0, 2, 0, 0, 0, ...Buffer.from('user.a'), 7, 8]);
  const changes = decode(
    record({ mode: S_IFDIR | 0o1777, path: 'd' }),
    record({ path: 'd/ü', content: 'text', xattrs }),
    record({ mode: S_IFLNK | 0o777, path: 'd/l', target: '/etc' }),
    record({ mode: S_IFSOCK | 0o777, path: 'd/socket' }),
    record({ kind: LAYER_HARDLINK, path: 'h', target: 'd/ü' }),
    record({ kind: LAYER_WHITEOUT, path: 'gone' }),
    record({ kind: LAYER_OPAQUE, path: '' }),
    END,
  );
  assert.deepEqual(
    changes.map(({ kind, path }) => `${kind} ${path}`),
    ['inode d', 'inode d/ü', 'inode d/l', 'hardlink h', 'whiteout gone', 'opaque '],
  );
  const [, file, link] = changes.map((change) => (change.kind === 'inode' ? change.inode : undefined));
  assert.equal(Buffer.from(file?.content?.read(0, 10) ?? []).toString(), 'text');
  assert.deepEqual([file?.uid, file?.gid, file?.mtimeSec, file?.mtimeNsec], [1000, 1001, -3, 5]);
  assert.deepEqual([...(file?.xattrs?.get('user.a') ?? [])], [7, 8]);
  assert.equal(link?.target, '/etc');
});

const HOSTILE: [what: string, records: Buffer[]][] = [
  ['no end', [record({})]],
  ['nothing', []],
  ['a cut head', [END.subarray(0, 40)]],
  ['a path longer than the stream', [record({ pathLength: 4000 }), END]],
  ['a path length out of range', [record({ pathLength: 0xffffffff }), END]],
  ['a content longer than the stream', [record({ size: 2n ** 63n }), END]],
  ['a path that climbs', [record({ path: '../x' }), END]],
  ['an absolute path', [record({ path: '/etc/passwd' }), END]],
  ['an empty name', [record({ path: 'a//b' }), END]],
  ['a NUL in a path', [record({ path: 'a\0b' }), END]],
  ['a hard link that climbs', [record({ kind: LAYER_HARDLINK, path: 'a', target: '../../x' }), END]],
  ['an unknown kind', [record({ kind: 77 }), END]],
  ['a mode that is none', [record({ mode: 0o170644 }), END]],
  ['broken attributes', [record({ xattrs: Buffer.from([9, 0, 255, 255, 1, 2, 3, 4]) }), END]],
];

for (const [what, records] of HOSTILE) {
  test(`refuses ${what}`, () => assert.throws(() => decode(...records), { name: 'WbxError', code: 'BAD_IMAGE' }));
}
