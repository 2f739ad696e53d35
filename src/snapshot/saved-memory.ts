// The memory of a box as a value: its blocks that are not zero. Invariant: a saved memory shares nothing with the memory it
// was taken from or put into; copying costs what the box has touched, not what it could.
import { STATE_BLOCK_SHIFT, STATE_BLOCK_SIZE } from '../../abi/state.ts';
import { WbxError } from '../errors.ts';

/** 32-bit words of a block. */
const WORDS = STATE_BLOCK_SIZE / 4;

export interface SavedMemory {
  /** Of the memory, in blocks. */
  size: number;
  /** By number, ascending. */
  blocks: Map<number, Uint8Array>;
}

export function saveMemory(memory: WebAssembly.Memory): SavedMemory {
  const from = new Uint8Array(memory.buffer);
  const touched = touchedBlocks(memory.buffer);
  const copy = new Uint8Array(touched.length * STATE_BLOCK_SIZE);
  const blocks = new Map<number, Uint8Array>();
  for (const [i, number] of touched.entries()) {
    const block = copy.subarray(i * STATE_BLOCK_SIZE, (i + 1) * STATE_BLOCK_SIZE);
    block.set(blockOf(from, number));
    blocks.set(number, block);
  }
  return { size: from.length >>> STATE_BLOCK_SHIFT, blocks };
}

/** Fills a memory whose own contents are those of a fresh engine. */
export function fillMemory(memory: WebAssembly.Memory, saved: SavedMemory): void {
  const initial = touchedBlocks(memory.buffer);
  const to = grown(memory, saved.size);
  for (const number of initial) if (!saved.blocks.has(number)) blockOf(to, number).fill(0);
  for (const [number, block] of saved.blocks) to.set(block, number * STATE_BLOCK_SIZE);
}

/** The same as saving and filling, without the copy in between. */
export function copyMemory(from: WebAssembly.Memory, to: WebAssembly.Memory): void {
  const source = new Uint8Array(from.buffer);
  const initial = touchedBlocks(to.buffer);
  const touched = touchedBlocks(from.buffer);
  const target = grown(to, source.length >>> STATE_BLOCK_SHIFT);
  for (const number of initial) blockOf(target, number).fill(0);
  for (const number of touched) target.set(blockOf(source, number), number * STATE_BLOCK_SIZE);
}

function grown(memory: WebAssembly.Memory, size: number): Uint8Array {
  const missing = size - (memory.buffer.byteLength >>> STATE_BLOCK_SHIFT);
  if (missing < 0) throw new WbxError('BAD_BOX', 'the saved memory is smaller than the engine that it was taken from');
  try {
    memory.grow(missing);
  } catch (error) {
    throw new WbxError('IO', `no memory for a box of ${size >>> 4} MiB`, error);
  }
  return new Uint8Array(memory.buffer);
}

function blockOf(memory: Uint8Array, number: number): Uint8Array {
  return memory.subarray(number * STATE_BLOCK_SIZE, (number + 1) * STATE_BLOCK_SIZE);
}

/** Numbers of the blocks that are not zero. */
function touchedBlocks(buffer: ArrayBuffer): number[] {
  const words = new Int32Array(buffer);
  const touched: number[] = [];
  for (let start = 0; start < words.length; start += WORDS) if (!isZero(words, start)) touched.push(start / WORDS);
  return touched;
}

/** Eight words at a time: most of a large memory is either in use at its first words or zero to the end. */
function isZero(words: Int32Array, start: number): boolean {
  for (let i = start; i < start + WORDS; i += 8) {
    const low = words[i] | words[i + 1] | words[i + 2] | words[i + 3];
    if ((low | words[i + 4] | words[i + 5] | words[i + 6] | words[i + 7]) !== 0) return false;
  }
  return true;
}

/** Writes into a saved memory as if it were one. */
export function patchMemory(saved: SavedMemory, at: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const offset = (at + done) % STATE_BLOCK_SIZE;
    const block = saved.blocks.get((at + done - offset) / STATE_BLOCK_SIZE);
    if (!block) throw new WbxError('BAD_BOX', 'the memory of the box has no boot block');
    const part = bytes.subarray(done, done + STATE_BLOCK_SIZE - offset);
    block.set(part, offset);
    done += part.length;
  }
}

export function readU32(saved: SavedMemory, at: number): number {
  const block = saved.blocks.get(at >>> STATE_BLOCK_SHIFT);
  if (!block) return 0;
  return new DataView(block.buffer, block.byteOffset).getUint32(at & (STATE_BLOCK_SIZE - 1), true);
}
