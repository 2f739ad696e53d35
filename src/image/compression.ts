// Compression of layers, told by magic bytes and never by name: gzip, zstd, xz, or none.
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { WbxError } from '../errors.ts';
import type { Content } from './rootfs.ts';
import { createZstdDecompressor } from './zstd.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const MAGICS: [Compression, number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/** What a compressed file may unfold to: real layers shrink to a tenth, sparse ones to less, bombs to a thousandth. */
export function unfoldingLimit(size: number): number {
  return 2 ** 31 + 100 * size;
}

const PIECE = 1 << 20;

export function compressionOf(content: Content): Compression {
  const head = content.read(0, 6);
  return MAGICS.find(([, magic]) => magic.every((byte, i) => head[i] === byte))?.[0] ?? 'none';
}

/** Uncompresses `source` into `sink`; `name` is what errors call it. */
export async function decompress(
  source: Content,
  how: Compression,
  sink: (bytes: Buffer) => void,
  name: string,
  limit = unfoldingLimit(source.size),
): Promise<void> {
  let size = 0;
  const output = new Writable({
    write(bytes: Buffer, _encoding, done) {
      size += bytes.length;
      if (how !== 'none' && size > limit) return done(bomb(name, source.size, limit));
      sink(bytes);
      done();
    },
  });
  const input = Readable.from(pieces(source), { objectMode: false });
  try {
    if (how === 'none') await pipeline(input, output);
    else await pipeline(input, decompressor(how, name), output);
  } catch (error) {
    if (error instanceof WbxError) throw error;
    throw new WbxError('BAD_IMAGE', `${name} is corrupt: ${(error as Error).message}`, error);
  }
}

function bomb(name: string, size: number, limit: number): WbxError {
  const sentence = `${name} is a decompression bomb: its ${size} bytes unfold to more than ${limit}`;
  return new WbxError('BAD_IMAGE', sentence);
}

type Decompressor = NodeJS.ReadWriteStream | ((source: Readable) => AsyncIterable<Uint8Array>);

function decompressor(how: Compression, name: string): Decompressor {
  if (how === 'gzip') return createGunzip({ chunkSize: 1 << 18 });
  if (how === 'zstd') return createZstdDecompressor();
  if (how === 'xz') return unxz;
  throw new WbxError('UNSUPPORTED', `${name} is compressed with ${how}, which layers are not; recompress it with gzip`);
}

/** Not of layers, but of what ADD unpacks and `wbx import` reads. */
async function* unxz(source: Readable): AsyncIterable<Uint8Array> {
  // A CommonJS module whose types say otherwise.
  const module = (await import('xz-decompress')) as unknown as { default: typeof import('xz-decompress') };
  const stream = new module.default.XzReadableStream(Readable.toWeb(source) as ReadableStream<Uint8Array>);
  yield* Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]);
}

function* pieces(source: Content): Generator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE) yield source.read(at, PIECE);
}
