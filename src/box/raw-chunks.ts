// The chunks of an image that is served as it is, without having been linked into a box: RUN steps and `--rootfs`.
import { CHUNK_SHIFT } from '../../abi/boot.ts';
import type { Chunk, ImageLayout } from './boot-block.ts';
import type { ImageBytes } from './image-writer.ts';

const CHUNK_SIZE = 1 << CHUNK_SHIFT;
/** Offsets in a chunk table have 32 bits: a bigger image is addressed as several segments of this size. */
const SEGMENT_SIZE = 2 ** 28;

/** A chunk table whose chunks are stored uncompressed, one behind the other. */
export function rawLayout(image: ImageBytes): ImageLayout {
  const chunks: Chunk[] = [];
  for (let at = 0; at < image.size; at += CHUNK_SIZE) {
    const segment = 1 + Math.floor(at / SEGMENT_SIZE);
    chunks.push({ segment, offset: at % SEGMENT_SIZE, stored: Math.min(CHUNK_SIZE, image.size - at) });
  }
  return { size: image.size, chunks };
}

/** Answers RING_IMAGE for rawLayout: `read(segment, offset, length)`. */
export function rawSource(image: ImageBytes): { read(segment: number, offset: number, length: number): Uint8Array } {
  return { read: (segment, offset, length) => image.read((segment - 1) * SEGMENT_SIZE + offset, length) };
}
