// What a floating-point instruction does to each lane: a parameter of the lane functions.
export const ADD: u32 = 0;
export const SUB: u32 = 1;
export const MUL: u32 = 2;
export const DIV: u32 = 3;
export const SQRT: u32 = 4;
export const MIN: u32 = 5;
export const MAX: u32 = 6;
/** SUB in even lanes, ADD in odd ones. */
export const ADDSUB: u32 = 7;
/** 32 + predicate: EQ LT LE UNORD NEQ NLT NLE ORD, then those of VEX. */
export const CMP: u32 = 32;
/** 64 + the control bits of ROUNDPS. */
export const ROUND: u32 = 64;
