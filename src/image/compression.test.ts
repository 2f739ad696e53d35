import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { compressionOf, decompress } from './compression.ts';
import { contentOf } from './rootfs.ts';
import { createZstdDecompressor, scripted } from './zstd.ts';

const plain = Buffer.concat([randomBytes(300_000), Buffer.alloc(3_000_000, 'ab'), randomBytes(5)]);
const zstd = (bytes: Buffer, ...words: string[]): Buffer =>
  execFileSync('zstd', ['-q', '-c', ...words], { input: bytes, maxBuffer: 1 << 26 });

async function unfold(bytes: Buffer, limit?: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  const source = contentOf(bytes);
  await decompress(source, compressionOf(source), (part) => parts.push(Buffer.from(part)), 'the layer', limit);
  return Buffer.concat(parts);
}

test('gzip, zstd, and nothing at all; several members in a row', async () => {
  for (const bytes of [
    plain,
    gzipSync(plain),
    Buffer.concat([gzipSync(plain.subarray(0, 1000)), gzipSync(plain.subarray(1000))]),
  ]) {
    assert.deepEqual(await unfold(bytes), plain);
  }
  assert.deepEqual(await unfold(zstd(plain)), plain);
});

test('zstd without and with the help of Node: levels, long windows, frames in a row', async () => {
  const frames = Buffer.concat([zstd(plain.subarray(0, 1000)), zstd(plain.subarray(1000), '-19')]);
  for (const bytes of [zstd(plain, '-1'), zstd(plain, '-19', '--long=27'), frames]) {
    for (const decoder of [scripted(), createZstdDecompressor()]) {
      const parts: Buffer[] = [];
      for await (const part of Readable.from([bytes.subarray(0, 77), bytes.subarray(77)]).pipe(decoder))
        parts.push(part as Buffer);
      assert.deepEqual(Buffer.concat(parts), plain);
    }
  }
});

test('what is cut off or damaged is told', async () => {
  for (const bytes of [gzipSync(plain), zstd(plain)]) {
    await assert.rejects(unfold(bytes.subarray(0, bytes.length - 100)), /^WbxError: the layer is corrupt: /);
  }
  await assert.rejects(unfold(Buffer.from('BZh91AY&SY')), /is compressed with bzip2, which layers are not/);
});

test('a bomb ends at the limit', async () => {
  const bomb = gzipSync(Buffer.alloc(50 << 20));
  await assert.rejects(
    unfold(bomb, 10 << 20),
    /^WbxError: the layer is a decompression bomb: its \d+ bytes unfold to more than 10485760$/,
  );
  assert.equal((await unfold(bomb)).length, 50 << 20);
});
