// Functions that every translated module imports from the kernel or defines for its regions, by index.
// Invariant: imports come first in a module's index space, in the order of IMPORTS.
import { I32, I64, V128 } from './wasm/opcodes.ts';

export interface Signature {
  parameters: number[];
  results: number[];
}

export const IMPORTS: [name: string, signature: Signature][] = [
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

// Defined in each module, see chain.ts.
export const CHAIN = IMPORTS.length;
export const CALL_CHAIN = CHAIN + 1;
export const LOOKUP = CHAIN + 2;
/** As EXTENT, for pages that the software TLB knows without leaving the module; see refill.ts. */
export const REFILL = CHAIN + 3;
export const FIRST_REGION = CHAIN + 4;
