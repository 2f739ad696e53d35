// A saved memory as bytes and back: abi/state.ts. Invariant: decoding believes nothing; what does not match its checksums or
// contradicts itself is refused before any of it reaches a box.
import * as S from '../../abi/state.ts';
import { INITIAL_MEMORY_PAGES } from '../../abi/box.ts';
import type { BoxFile } from '../box/inspect.ts';
import { decodeLz4, Lz4Encoder } from '../box/lz4.ts';
import { xxh32 } from '../box/xxh32.ts';
import { WbxError } from '../errors.ts';
import { type Moment, momentOf } from './moment.ts';
import type { Blocks, SavedMemory } from './saved-memory.ts';

const BLOCKS_MAX = 65536;

/** The bytes of a saved memory; with a base, those of its difference to that. */
export function encodeState(saved: SavedMemory, base?: SavedMemory): Uint8Array<ArrayBuffer> {
  const encoder = new Lz4Encoder();
  const stored: [number: number, bytes: Uint8Array][] = [];
  for (const number of numbersOf(saved.blocks, base?.blocks)) {
    const block = base ? difference(saved.blocks.get(number), base.blocks.get(number)) : saved.blocks.get(number)!;
    if (block) stored.push([number, encoder.encode(block)?.slice() ?? block]);
  }
  return pack(saved.size, base ? S.STATE_DELTA : S.STATE_WHOLE, stored);
}

/** Where a snapshot goes on. */
export async function readMoment(box: Pick<BoxFile, 'readState'>): Promise<Moment> {
  return momentOf(openState(await box.readState()));
}

/** Throws a WbxError BAD_BOX for anything damaged. `base` is needed for a delta. */
export function decodeState(bytes: Uint8Array, base?: SavedMemory): SavedMemory {
  const { size, blocks: stored } = openState(bytes, base?.blocks);
  const blocks = new Map<number, Uint8Array>();
  for (const number of stored.keys()) blocks.set(number, stored.get(number)!);
  return { size, blocks };
}

/** The same, decoding a block when it is asked for: all that can be told at once is whether the bytes are those that were written. */
export function openState(bytes: Uint8Array, base?: Blocks): { size: number; blocks: Blocks } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { size, count, kind } = header(bytes, view);
  if (kind !== (base ? S.STATE_DELTA : S.STATE_WHOLE)) throw damaged('it is of the wrong kind');
  const blocks = new StoredBlocks(base);
  let next = 0;
  let from = S.STATE_HEADER_SIZE + count * S.STATE_ENTRY_SIZE;
  for (let i = 0; i < count; i++) {
    const entry = S.STATE_HEADER_SIZE + i * S.STATE_ENTRY_SIZE;
    const number = view.getUint32(entry, true);
    const stored = bytes.subarray(from, from + view.getUint32(entry + 4, true));
    if (number < next || number >= size || stored.length !== view.getUint32(entry + 4, true)) throw damaged('cut off');
    if (xxh32(stored) !== view.getUint32(entry + 8, true)) throw damaged('a checksum does not match');
    blocks.add(number, stored);
    next = number + 1;
    from += stored.length;
  }
  if (from !== bytes.length) throw damaged('there is more than it should hold');
  return { size, blocks };
}

class StoredBlocks implements Blocks {
  readonly #base: Blocks | undefined;
  readonly #stored = new Map<number, Uint8Array>();
  readonly #decoded = new Map<number, Uint8Array>();

  constructor(base: Blocks | undefined) {
    this.#base = base;
  }

  add(number: number, stored: Uint8Array): void {
    this.#stored.set(number, stored);
  }

  keys(): Iterable<number> {
    return numbersOf(this.#stored, this.#base);
  }

  get(number: number): Uint8Array | undefined {
    const stored = this.#stored.get(number);
    if (!stored) return this.#base?.get(number);
    const known = this.#decoded.get(number);
    if (known) return known;
    const own = decodeBlock(stored);
    const block = this.#base ? (difference(own, this.#base.get(number)) ?? new Uint8Array(own.length)) : own;
    this.#decoded.set(number, block);
    return block;
  }
}

function header(bytes: Uint8Array, view: DataView): { size: number; count: number; kind: number } {
  if (bytes.length < S.STATE_HEADER_SIZE || view.getUint32(0, true) !== S.STATE_MAGIC) throw damaged('no saved memory');
  const version = view.getUint32(4, true);
  if (version !== S.STATE_VERSION) {
    throw new WbxError(
      'BAD_BOX',
      `the snapshot has format ${version}, this wbx knows ${S.STATE_VERSION}: use that wbx`,
    );
  }
  const size = view.getUint32(S.STATE_SIZE, true);
  const count = view.getUint32(S.STATE_COUNT, true);
  const end = S.STATE_HEADER_SIZE + count * S.STATE_ENTRY_SIZE;
  if (count > size || size > BLOCKS_MAX || size < INITIAL_MEMORY_PAGES || end > bytes.length) throw damaged('cut off');
  if (xxh32(bytes.subarray(S.STATE_SIZE, end)) !== view.getUint32(S.STATE_CHECKSUM, true)) {
    throw damaged('a checksum does not match');
  }
  return { size, count, kind: view.getUint32(S.STATE_KIND, true) };
}

function decodeBlock(stored: Uint8Array): Uint8Array {
  if (stored.length === S.STATE_BLOCK_SIZE) return stored.slice();
  try {
    return decodeLz4(stored, S.STATE_BLOCK_SIZE);
  } catch (error) {
    throw damaged('a block does not decode', error);
  }
}

function numbersOf(blocks: Blocks, base: Blocks | undefined): number[] {
  const numbers = new Set(blocks.keys());
  for (const number of base?.keys() ?? []) numbers.add(number);
  return [...numbers].sort((a, b) => a - b);
}

/** a XOR b, a missing one counting as zeros; undefined when nothing differs. */
function difference(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  const result = new Int32Array(S.STATE_BLOCK_SIZE / 4);
  const x = a ? wordsOf(a) : new Int32Array(result.length);
  const y = b ? wordsOf(b) : new Int32Array(result.length);
  let all = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = x[i] ^ y[i];
    all |= result[i];
  }
  return all === 0 ? undefined : new Uint8Array(result.buffer);
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function pack(size: number, kind: number, stored: [number, Uint8Array][]): Uint8Array<ArrayBuffer> {
  const dataAt = S.STATE_HEADER_SIZE + stored.length * S.STATE_ENTRY_SIZE;
  const bytes = new Uint8Array(stored.reduce((sum, [, block]) => sum + block.length, dataAt));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, S.STATE_MAGIC, true);
  view.setUint32(4, S.STATE_VERSION, true);
  view.setUint32(S.STATE_SIZE, size, true);
  view.setUint32(S.STATE_COUNT, stored.length, true);
  view.setUint32(S.STATE_KIND, kind, true);
  let to = dataAt;
  for (const [i, [number, block]] of stored.entries()) {
    const entry = S.STATE_HEADER_SIZE + i * S.STATE_ENTRY_SIZE;
    view.setUint32(entry, number, true);
    view.setUint32(entry + 4, block.length, true);
    view.setUint32(entry + 8, xxh32(block), true);
    bytes.set(block, to);
    to += block.length;
  }
  view.setUint32(S.STATE_CHECKSUM, xxh32(bytes.subarray(S.STATE_SIZE, dataAt)), true);
  return bytes;
}

function damaged(why: string, cause?: unknown): WbxError {
  return new WbxError('BAD_BOX', `the snapshot is damaged: ${why}`, cause);
}
