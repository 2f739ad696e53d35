// PUSH, POP, LEAVE. rSP changes only when the memory access has succeeded.
import type { Insn } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import { define } from './row.ts';

export const RSP = 32;
const RBP = 40;
const RSP_BIT = 16;
const RBP_BIT = 32;

/** Stores what `value` pushes below the top of the stack and moves rSP there. */
export function push(region: RegionWriter, insn: Insn, value: () => void): void {
  region.stackPointer(insn, -8, true);
  value();
  region.store(64);
  moveStack(region, -8);
}

/** Loads the top of the stack, which stays where it is. */
export function top(region: RegionWriter, insn: Insn): void {
  region.stackPointer(insn, 0, false);
  region.load(64);
}

export function moveStack(region: RegionWriter, bytes: number): void {
  region.getRaw(RSP, 64);
  region.code.i64(bytes);
  region.code.op(W.I64_ADD);
  region.setRegister(RSP, 64);
}

const STACK = { reads: RSP_BIT, writes: RSP_BIT, stack: true };

define('PUSH_R64', { uses: 's', ...STACK }, (region, insn) => push(region, insn, () => region.getRaw(insn.src, 64)));
define('PUSH_I64', { uses: '', ...STACK }, (region, insn) => push(region, insn, () => region.immediate(insn, 64)));
define('PUSH_M64', { uses: '', ...STACK }, (region, insn) => {
  region.operand(insn, 8, false);
  region.load(64);
  region.code.set(region.t64);
  push(region, insn, () => region.code.get(region.t64));
});
define('POP_R64', { uses: 'D', ...STACK }, (region, insn) => {
  top(region, insn);
  // POP rSP keeps the popped value, hence the order.
  region.code.set(region.t64);
  moveStack(region, 8);
  region.code.get(region.t64);
  region.setRegister(insn.dst, 64);
});
define('LEAVE64', { uses: '', reads: RBP_BIT, writes: RSP_BIT | RBP_BIT, stack: true }, (region, insn) => {
  const { code } = region;
  region.getRaw(RBP, 64);
  region.pointerTo(insn, 8, false);
  region.load(64);
  code.set(region.t64);
  region.getRaw(RBP, 64);
  code.i64(8);
  code.op(W.I64_ADD);
  region.setRegister(RSP, 64);
  code.get(region.t64);
  region.setRegister(RBP, 64);
});
