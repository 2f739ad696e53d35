// Compression of layers, told by magic bytes and never by name: gzip, zstd (where this Node has it), or none.
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { WbxError } from '../errors.ts';
import type { Content } from './rootfs.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const MAGICS: [Compression, number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/** More than any real layer, less than what a bomb of a few megabytes unfolds to. */
const MAX_UNCOMPRESSED = 64 * 2 ** 30;

const PIECE = 1 << 20;

/** createZstdDecompress came with Node 22.15; the types of Node 20 do not know it. */
const createZstdDecompress = (zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream }).createZstdDecompress;

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
): Promise<void> {
  let size = 0;
  const output = new Writable({
    write(bytes: Buffer, _encoding, done) {
      size += bytes.length;
      if (size > MAX_UNCOMPRESSED) return done(new WbxError('BAD_IMAGE', `${name} unfolds to more than 64 GiB`));
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

function decompressor(how: Compression, name: string): NodeJS.ReadWriteStream {
  if (how === 'gzip') return zlib.createGunzip({ chunkSize: 1 << 18 });
  if (how === 'zstd' && createZstdDecompress) return createZstdDecompress();
  const wanted = how === 'zstd' ? 'use Node 22.15 or later' : 'recompress it with gzip';
  throw new WbxError('UNSUPPORTED', `${name} is compressed with ${how}, which this Node cannot read; ${wanted}`);
}

function* pieces(source: Content): Generator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE) yield source.read(at, PIECE);
}
