// The memory of a box at a moment, as boxes go on from it: the kernel's own data, and pages of programs and files, which are somewhere and
// need not be touched. Invariant: it never changes, whatever becomes of the box it was taken from.
import {
  FRAME_META_BASE,
  FRAME_META_SIZE,
  INITIAL_MEMORY_PAGES,
  PAGE_SHIFT,
  PAGE_SIZE,
  STATIC_BASE,
} from '../../abi/box.ts';
import { FRAME_ABSENT, FRAME_FLAGS, FRAME_KEPT, FRAME_PAGE } from '../../abi/frame.ts';
import { STATE_BLOCK_SHIFT, STATE_BLOCK_SIZE } from '../../abi/state.ts';
import { WbxError } from '../errors.ts';
import { type Blocks, isZero, type SavedMemory } from './saved-memory.ts';

const BLOCK_FRAMES = STATE_BLOCK_SIZE / PAGE_SIZE;

/** Pages by their frames. */
export interface PageSource {
  /** 1 for each frame that is one of them. */
  readonly has: Uint8Array;
  /** The bytes of one, valid until a box runs. */
  page(frame: number): Uint8Array;
}

export interface Moment {
  /** Of the memory, in bytes. */
  size: number;
  /** What is not a page and not zero, at its addresses. */
  kernel: { at: number; bytes: Uint8Array }[];
  pages: PageSource;
}

/** Bytes of memory that a moment stands for. */
export function sizeOf({ kernel, pages }: Moment): number {
  const frames = pages.has.reduce((sum, has) => sum + has, 0);
  return kernel.reduce((sum, { bytes }) => sum + bytes.length, frames * PAGE_SIZE);
}

/** Fills a memory, which is that of a fresh engine, with the kernel's data, and marks the pages as absent. */
export function fillMemory(memory: WebAssembly.Memory, { size, kernel, pages }: Moment): void {
  // An engine starts with its static data and the control block, which every moment has.
  new Uint8Array(memory.buffer).fill(0, STATIC_BASE, INITIAL_MEMORY_PAGES * STATE_BLOCK_SIZE);
  const to = grown(memory, size);
  for (const { at, bytes } of kernel) to.set(bytes, at);
  for (let frame = 0; frame < to.length >>> PAGE_SHIFT; frame++) {
    const at = flagsAt(frame);
    const flags = to[at];
    if (pages.has[frame]) to[at] = (flags & ~FRAME_KEPT) | FRAME_ABSENT;
    else if (flags & (FRAME_ABSENT | FRAME_KEPT)) to[at] = flags & ~(FRAME_ABSENT | FRAME_KEPT);
  }
}

function grown(memory: WebAssembly.Memory, size: number): Uint8Array {
  const missing = size - memory.buffer.byteLength;
  if (missing < 0) throw new WbxError('BAD_BOX', 'the saved memory is smaller than the engine that it was taken from');
  try {
    memory.grow(missing >>> STATE_BLOCK_SHIFT);
  } catch (error) {
    throw new WbxError('IO', `no memory for a box of ${size >>> 20} MiB`, error);
  }
  return new Uint8Array(memory.buffer);
}

/** Where a frame has its FRAME_* flags. */
export function flagsAt(frame: number): number {
  return FRAME_META_BASE + frame * FRAME_META_SIZE + FRAME_FLAGS;
}

/** All of it as blocks. */
export function blocksOf({ size, kernel, pages }: Moment): SavedMemory {
  const blocks: Uint8Array[] = [];
  const blockAt = (at: number) => (blocks[at >>> STATE_BLOCK_SHIFT] ??= new Uint8Array(STATE_BLOCK_SIZE));
  for (const { at, bytes } of kernel) {
    for (let done = 0; done < bytes.length; ) {
      const offset = (at + done) % STATE_BLOCK_SIZE;
      const part = bytes.subarray(done, done + STATE_BLOCK_SIZE - offset);
      blockAt(at + done).set(part, offset);
      done += part.length;
    }
  }
  for (let frame = 0; frame < pages.has.length; frame++) {
    const offset = (frame % BLOCK_FRAMES) * PAGE_SIZE;
    if (pages.has[frame]) blockAt(frame * PAGE_SIZE).set(pages.page(frame), offset);
  }
  const used: [number, Uint8Array][] = [];
  blocks.forEach((block, number) => {
    forgetHosts(block, number);
    if (!isZero(block)) used.push([number, block]);
  });
  return { size: size >>> STATE_BLOCK_SHIFT, blocks: new Map(used) };
}

/** In the frame table: what hosts have noted. */
function forgetHosts(block: Uint8Array, number: number): void {
  const at = number * STATE_BLOCK_SIZE;
  if (at < FRAME_META_BASE || at >= STATIC_BASE) return;
  for (let i = FRAME_FLAGS; i < block.length; i += FRAME_META_SIZE) block[i] &= ~(FRAME_ABSENT | FRAME_KEPT);
}

/** Of a memory that was read from a file. Its blocks are shared, not copied; those of pages alone are not even asked for. */
export function momentOf({ size, blocks }: { size: number; blocks: Blocks }): Moment {
  const has = new Uint8Array(size * BLOCK_FRAMES);
  const kernel: Moment['kernel'] = [];
  for (const number of blocks.keys()) {
    const others = markPages(blocks, number, has);
    const block = others.length > 0 ? blocks.get(number)! : undefined;
    for (const i of others) {
      const bytes = block!.subarray(i * PAGE_SIZE, (i + 1) * PAGE_SIZE);
      if (!isZero(bytes)) kernel.push({ at: number * STATE_BLOCK_SIZE + i * PAGE_SIZE, bytes });
    }
  }
  const page = (frame: number) => {
    const offset = (frame % BLOCK_FRAMES) * PAGE_SIZE;
    return blocks.get(Math.floor(frame / BLOCK_FRAMES))!.subarray(offset, offset + PAGE_SIZE);
  };
  return { size: size * STATE_BLOCK_SIZE, kernel, pages: { has, page } };
}

/** Which frames of a block are pages, by the frame table; the others. */
function markPages(blocks: Blocks, number: number, has: Uint8Array): number[] {
  const others: number[] = [];
  const at = flagsAt(number * BLOCK_FRAMES);
  const table = blocks.get(at >>> STATE_BLOCK_SHIFT);
  for (let i = 0; i < BLOCK_FRAMES; i++) {
    const flags = table ? table[(at % STATE_BLOCK_SIZE) + i * FRAME_META_SIZE] : 0;
    if (flags & FRAME_PAGE) has[number * BLOCK_FRAMES + i] = 1;
    else others.push(i);
  }
  return others;
}
