// How an image is cut into chunks and these into segments: abi/boot.ts.
// Invariant: a segment covers 256 MiB of the image, so it is never larger when stored, engines take it, offsets fit 32
// bits, and the number of segments is known before anything is compressed.
import { CHUNK_SHIFT } from '../../abi/boot.ts';
import type { Chunk, ImageLayout } from './boot-block.ts';
import type { ImageSource, ByteRange } from './source.ts';

export const CHUNK_SIZE = 1 << CHUNK_SHIFT;
const SEGMENT_SIZE = 2 ** 28;

/** Segments that an image of `size` bytes takes. The first of them is number 1: 0 is the boot block's. */
export function segmentCount(size: number): number {
  return Math.ceil(size / SEGMENT_SIZE);
}

/** Where every chunk lies when stored as it is. */
export function* chunkPlaces(size: number): Generator<Chunk> {
  for (let at = 0; at < size; at += CHUNK_SIZE) {
    const segment = 1 + Math.floor(at / SEGMENT_SIZE);
    yield { segment, offset: at % SEGMENT_SIZE, stored: Math.min(CHUNK_SIZE, size - at) };
  }
}

/** The layout of an image that is served without having been linked into a box: RUN steps and `--rootfs`. */
export function rawLayout(image: Pick<ByteRange, 'size'>): ImageLayout {
  return { size: image.size, chunks: [...chunkPlaces(image.size)] };
}

/** Answers RING_IMAGE for rawLayout. */
export function rawSource(image: ByteRange): ImageSource {
  return { read: (segment, offset, length) => image.read((segment - 1) * SEGMENT_SIZE + offset, length) };
}
