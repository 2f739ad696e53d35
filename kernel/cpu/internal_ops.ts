// Operations that only the run loop knows, numbered behind the integer family: they stand in decoded pages beside or in
// place of real instructions, take no guest bytes of their own and are not counted as instructions.
import { OP_INT_LAST } from '../../isa/ops.gen.ts';

/** Go on at INSN_LINK: a run continues in another chunk, or where decoding had been before. */
export const OP_CHAIN: i32 = OP_INT_LAST + 1;
/** Sequential execution leaves the page: go on at INSN_OFF, which is 4096 or more. */
export const OP_NEXT_PAGE: i32 = OP_INT_LAST + 2;
/** An instruction that lies on two pages: decoded into a run of its own, valid while INSN_LINK2 is the code epoch. */
export const OP_CROSS: i32 = OP_INT_LAST + 3;
/** Puts the effective address of the next record into REG_EA. */
export const OP_PREPARE_EA: i32 = OP_INT_LAST + 4;
/** CALL and JMP to another page: INSN_LINK is valid while INSN_LINK2 is the code epoch. */
export const OP_CALL_FAR: i32 = OP_INT_LAST + 5;
export const OP_JMP_FAR: i32 = OP_INT_LAST + 6;
/** Behind a single-stepped instruction: leave the run loop. */
export const OP_STEPPED: i32 = OP_INT_LAST + 7;
