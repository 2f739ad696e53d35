// A translated region apart from any box and module: what a cache keeps and what is baked into a box.
// Invariant: it depends on the bytes of the code pages that it names, on the level of the CPU and on the translator, on
// nothing else; the indices in its body stand as five bytes each, at known places, so that a module takes it without a walk.
import { encodePaddedU32, encodeU32 } from '../../box/leb128.ts';
import { INSN_LINK, INSN_OP, INSN_SIZE } from '../../../abi/insn.ts';
import type { Memory } from '../../runtime/memory.ts';
import { FIRST_REGION } from '../functions.ts';
import type { Insn } from '../insn.ts';
import { HANDLED_RECORDS } from '../region.ts';
import { rewriteBody, sized } from './body.ts';

/** One of the pages that the region was made from. */
export interface PortablePage {
  /** Bytes from the entry's page. */
  delta: number;
  /** Names the contents, as the store of regions computes it. */
  digest: string;
}

export interface PortableBody {
  /** Without its size; for a module whose only region it is. */
  bytes: Uint8Array;
  /** Where indices of the region itself, as a function, and of its global stand. */
  functions: number[];
  globals: number[];
}

export interface PortableRegion {
  /** Offset in its page. */
  entry: number;
  /** The entry's first. */
  pages: PortablePage[];
  /** Instructions that the interpreter's handlers run: HANDLED_RECORDS records of each. */
  records: Uint8Array;
  body: PortableBody;
  /** The translation that checks every access to the stack, where it was needed, */
  checked?: PortableBody;
  /** and how to make it, while the region is in the process that translated it. */
  makeChecked?: () => PortableBody;
}

/** `body` is what translateRegion made for region 0 of a module. */
export function portableBody(body: Uint8Array): PortableBody {
  const functions: number[] = [];
  const globals: number[] = [];
  const bytes = rewriteBody(body, (kind, index, opcode, position) => {
    const own = kind === 'global' || (kind === 'function' && index >= FIRST_REGION);
    if (kind === 'function' && index > FIRST_REGION)
      throw new RangeError('a region that calls another one of its module');
    if (!own) return [opcode, ...encodeU32(index)];
    (kind === 'global' ? globals : functions).push(position + 1);
    return [opcode, ...encodePaddedU32(index)];
  });
  return { bytes, functions, globals };
}

/** The entry of the code section of a module in which the region has that number. */
export function placeBody({ bytes, functions, globals }: PortableBody, number: number): Uint8Array {
  if (number === 0) return sized(bytes);
  // Not slice(): of a Buffer that is a view, and the body would be placed for good.
  const placed = new Uint8Array(bytes);
  for (const at of functions) placed.set(encodePaddedU32(FIRST_REGION + number), at);
  for (const at of globals) placed.set(encodePaddedU32(number), at);
  return sized(placed);
}

/** Records of the instructions as the handlers want them, without pointers into the box they are read from. */
export function portableRecords(memory: Memory, handled: Insn[]): Uint8Array {
  const size = HANDLED_RECORDS * INSN_SIZE;
  const records = new Uint8Array(handled.length * size);
  const view = new DataView(records.buffer);
  for (const [n, insn] of handled.entries()) {
    const end = (n + 1) * size;
    const length = insn.prepared ? size : INSN_SIZE;
    records.set(memory.u8.subarray(insn.record + INSN_SIZE - length, insn.record + INSN_SIZE), end - length);
    view.setUint16(end - INSN_SIZE + INSN_OP, insn.op, true);
    for (let at = end - length; at < end; at += INSN_SIZE) view.setBigUint64(at + INSN_LINK, 0n, true);
  }
  return records;
}
