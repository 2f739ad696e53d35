// Ranges of a server, read in blocks that are kept: the chunks a program touches lie close together, and a request costs
// more than the bytes around what was asked for.
import type { ByteRange } from '../../box/source.ts';

const BLOCK_SIZE = 2 ** 20;
/** Blocks kept, the least recently used one goes: 64 MiB. */
const MAX_BLOCKS = 64;

export class BlockCache implements ByteRange {
  readonly size: number;
  readonly #fetch: (offset: number, length: number) => Promise<Uint8Array>;
  readonly #blocks = new Map<number, Promise<Uint8Array>>();

  constructor(size: number, fetch: (offset: number, length: number) => Promise<Uint8Array>) {
    this.size = size;
    this.#fetch = fetch;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(this.size, offset + length);
    const bytes = new Uint8Array(Math.max(0, end - offset));
    const first = Math.floor(offset / BLOCK_SIZE);
    const count = Math.ceil(end / BLOCK_SIZE) - first;
    const blocks = await Promise.all(Array.from({ length: Math.max(0, count) }, (_, i) => this.#block(first + i)));
    blocks.forEach((block, i) => {
      const start = (first + i) * BLOCK_SIZE;
      const from = Math.max(offset, start);
      bytes.set(block.subarray(from - start, Math.min(end, start + block.length) - start), from - offset);
    });
    return bytes;
  }

  #block(index: number): Promise<Uint8Array> {
    const known = this.#blocks.get(index);
    this.#blocks.delete(index);
    const block = known ?? this.#load(index);
    this.#blocks.set(index, block);
    if (this.#blocks.size > MAX_BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value!);
    return block;
  }

  async #load(index: number): Promise<Uint8Array> {
    const offset = index * BLOCK_SIZE;
    try {
      return await this.#fetch(offset, Math.min(BLOCK_SIZE, this.size - offset));
    } catch (error) {
      this.#blocks.delete(index); // the next read tries again
      throw error;
    }
  }
}
