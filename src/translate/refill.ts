// What an access that missed its cell does first: a page that the software TLB knows becomes the cell's extent at once, which
// random accesses live on. The kernel is asked for all others; it also finds what lies around the page.
// Invariant: grants what the TLB grants (kernel/cpu/mem.ts), and says that a cell is filled.
import { EXTENT_BASE, TLB_BASE } from '../../abi/box.ts';
import * as T from '../../abi/translate.ts';
import { EXTENT, type Signature } from './functions.ts';
import { Code } from './wasm/code.ts';
import * as W from './wasm/opcodes.ts';

export const REFILL_TYPE: Signature = { parameters: [W.I64, W.I32, W.I32, W.I32], results: [W.I32] };

const VA = 0;
const BYTES = 1;
const ACCESS = 2;
const CELL = 3;
/** TLB_ENTRY_SIZE is 32 and there are 1024 entries: bits 12..21 of an address, times 32. */
const TLB_SHIFT = 7;
const TLB_MASK = 0x7fe0;
/** The tag for stores stands 8 bytes behind the one for loads: ACCESS_WRITE is 1. */
const TAG_SHIFT = 3;
const TLB_ADDEND = 16;
const PAGE_SIZE = 4096;

/** (va, bytes, access, cell) -> ptr, or 0: the region is left. */
export function refill(): Uint8Array {
  const code = new Code(4);
  const entry = code.local(W.I32);
  const page = code.local(W.I64);
  const addend = code.local(W.I32);
  compareTag(code, entry, page);
  code.openLikely();
  code.get(CELL);
  code.get(page);
  code.memory(W.I64_STORE, T.EXTENT_LO);
  code.get(CELL);
  code.i64(PAGE_SIZE - T.EXTENT_ACCESS);
  code.memory(W.I64_STORE, T.EXTENT_ROOM);
  code.get(CELL);
  code.get(entry);
  code.memory(W.I32_LOAD, TLB_BASE + TLB_ADDEND);
  code.tee(addend);
  code.get(page);
  code.op(W.I32_WRAP_I64, W.I32_ADD);
  code.memory(W.I32_STORE, T.EXTENT_HOST);
  code.i32(0);
  code.i32(1);
  code.memory(W.I32_STORE, EXTENT_BASE + T.EXTENT_FILLED);
  code.get(addend);
  code.get(VA);
  code.op(W.I32_WRAP_I64, W.I32_ADD, W.RETURN);
  code.end();
  for (const parameter of [VA, BYTES, ACCESS, CELL]) code.get(parameter);
  code.returnCall(EXTENT);
  return code.function();
}

/** Pushes whether the page of the access's last byte is the one that the entry for its first byte stands for. */
function compareTag(code: Code, entry: number, page: number): void {
  code.get(VA);
  code.op(W.I32_WRAP_I64);
  code.i32(TLB_SHIFT);
  code.op(W.I32_SHR_U);
  code.i32(TLB_MASK);
  code.op(W.I32_AND);
  code.tee(entry);
  code.get(ACCESS);
  code.i32(TAG_SHIFT);
  code.op(W.I32_SHL, W.I32_ADD);
  code.memory(W.I64_LOAD, TLB_BASE);
  code.get(VA);
  code.get(BYTES);
  code.op(W.I64_EXTEND_I32_U, W.I64_ADD);
  code.i64(-1);
  code.op(W.I64_ADD);
  code.i64(-PAGE_SIZE);
  code.op(W.I64_AND);
  code.tee(page);
  code.op(W.I64_EQ);
}
