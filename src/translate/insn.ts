// A decoded instruction as the translator sees it: the kernel's record (abi/insn.ts), read from the memory of the box.
// Invariant: `at` counts from the start of the region's first page, so that a region does not depend on where it is mapped.
import * as I from '../../abi/insn.ts';
import type { Memory } from '../runtime/memory.ts';

export interface Insn {
  op: number;
  /** Offset from the start of the page of the region's entry; negative before it. */
  at: number;
  /** The same of the page whose record this is: what REG_RIP_PAGE is relative to it. */
  page: number;
  length: number;
  flags: number;
  dst: number;
  src: number;
  base: number;
  index: number;
  scale: number;
  disp: number;
  aux: number;
  imm: bigint;
  /** EA_* bits that an OP_PREPARE_EA record said, or 0. */
  special: number;
  /** Pointers of the record and of one to be kept before it (OP_PREPARE_EA), for the interpreter's handlers. */
  record: number;
  prepared: boolean;
}

/** Reads the record at `ptr`; with `prepare` the operand is the one of the OP_PREPARE_EA record there. */
export function readInsn(memory: Memory, ptr: number, op: number, page: number, prepare?: number): Insn {
  const { u8, view } = memory;
  const from = prepare ?? ptr;
  const scale = u8[from + I.INSN_SCALE];
  return {
    op,
    page,
    at: page + view.getUint16(ptr + I.INSN_OFF, true),
    length: u8[ptr + I.INSN_LEN],
    flags: u8[ptr + I.INSN_FLAGS],
    dst: u8[ptr + I.INSN_DST],
    src: u8[ptr + I.INSN_SRC],
    base: u8[from + I.INSN_BASE],
    index: u8[from + I.INSN_INDEX],
    scale: scale & I.EA_SCALE,
    disp: view.getInt32(from + I.INSN_DISP, true),
    aux: u8[ptr + I.INSN_AUX],
    imm: view.getBigInt64(ptr + I.INSN_IMM, true),
    special: prepare === undefined ? 0 : (scale & ~I.EA_SCALE) | PREPARED,
    record: ptr,
    prepared: prepare !== undefined,
  };
}

/** Set in `special` of every operand that came through OP_PREPARE_EA. */
export const PREPARED = 1;

export function inMemory(insn: Insn): boolean {
  return (insn.flags & I.INSN_MEM) !== 0;
}
