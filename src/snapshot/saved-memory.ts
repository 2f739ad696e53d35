// The memory of a box as blocks, as files have it: abi/state.ts.
import { STATE_BLOCK_SHIFT, STATE_BLOCK_SIZE } from '../../abi/state.ts';
import { WbxError } from '../errors.ts';

/** By number, ascending; those of zeros are left out. */
export interface Blocks {
  keys(): Iterable<number>;
  get(number: number): Uint8Array | undefined;
}

export interface SavedMemory {
  /** Of the memory, in blocks. */
  size: number;
  blocks: Map<number, Uint8Array>;
}

/** Writes into a saved memory as if it were one; blocks that others may have, too, are replaced. */
export function patchMemory(saved: SavedMemory, at: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const offset = (at + done) % STATE_BLOCK_SIZE;
    const number = (at + done - offset) / STATE_BLOCK_SIZE;
    const block = saved.blocks.get(number)?.slice();
    if (!block) throw new WbxError('BAD_BOX', 'the memory of the box has no boot block');
    const part = bytes.subarray(done, done + STATE_BLOCK_SIZE - offset);
    block.set(part, offset);
    saved.blocks.set(number, block);
    done += part.length;
  }
}

/** A piece of a saved memory; what is not there is zero. */
export function readMemory(saved: SavedMemory, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const offset = (at + done) % STATE_BLOCK_SIZE;
    const part = Math.min(STATE_BLOCK_SIZE - offset, length - done);
    const block = saved.blocks.get((at + done - offset) / STATE_BLOCK_SIZE);
    if (block) bytes.set(block.subarray(offset, offset + part), done);
    done += part;
  }
  return bytes;
}

export function readU32(saved: SavedMemory, at: number): number {
  const block = saved.blocks.get(at >>> STATE_BLOCK_SHIFT);
  if (!block) return 0;
  return new DataView(block.buffer, block.byteOffset).getUint32(at & (STATE_BLOCK_SIZE - 1), true);
}

/** Eight words at a time: most of a large memory is either in use at its first words or zero to the end. */
export function isZero(bytes: Uint8Array): boolean {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  for (let i = 0; i < words.length; i += 8) {
    const low = words[i] | words[i + 1] | words[i + 2] | words[i + 3];
    if ((low | words[i + 4] | words[i + 5] | words[i + 6] | words[i + 7]) !== 0) return false;
  }
  return true;
}
