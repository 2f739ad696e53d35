// Functions that regions call, by index: the kernel's, then those of chain.ts.
// Invariant: in every module of regions they are imports, in this order. Those of chain.ts alone use the box's table: an engine
// may keep a copy of it for each module that imports it.
import { I32, I64, V128 } from './wasm/opcodes.ts';

export interface Signature {
  parameters: number[];
  results: number[];
}

export const KERNEL_FUNCTIONS: [name: string, signature: Signature][] = [
  ['wbx_extent', { parameters: [I64, I32, I32, I32], results: [I32] }],
  ['wbx_exec', { parameters: [I32], results: [I32] }],
  ['wbx_condition', { parameters: [I32], results: [I32] }],
  ['wbx_rotated', { parameters: [I32, I32], results: [] }],
  ['wbx_stands', { parameters: [I32, V128, V128, V128], results: [I32] }],
];
export const EXTENT = 0;
export const EXEC = 1;
export const CONDITION = 2;
export const ROTATED = 3;
export const STANDS = 4;

/** Type of a region (abi/translate.ts); its index in the type section is 0. */
export const REGION_TYPE: Signature = { parameters: [I32, I64, I64, I32], results: [I32] };
export const REGION_TYPE_INDEX = 0;

// Of chain.ts.
export const CHAIN = KERNEL_FUNCTIONS.length;
export const CALL_CHAIN = CHAIN + 1;
export const LOOKUP = CHAIN + 2;
/** Runs the region of a table slot. */
export const INVOKE = CHAIN + 3;
/** As EXTENT, for pages that the software TLB knows without a call of the kernel; see refill.ts. */
export const REFILL = CHAIN + 4;
export const FIRST_REGION = CHAIN + 5;
