// Writes accesses to guest registers, which live in wasm locals while a region runs: values of 64 bits are i64, all smaller
// ones i32, vector registers v128. Registers are named by their offset in the CPU context (abi/cpu.ts).
// Invariant: `dirty` names the registers whose local may be newer than memory.
import { CPU_BASE } from '../../abi/box.ts';
import { type FlagsState, STORED } from './flags-state.ts';
import type { Insn } from './insn.ts';
import { VectorRegisters } from './vector-registers.ts';
import { Code } from './wasm/code.ts';
import * as W from './wasm/opcodes.ts';

/** General registers; vector registers (vector-registers.ts) have the upper half of masks. */
const GENERAL = 16;

export class RegisterWriter {
  code = new Code(4);
  dirty = 0;
  /** What is known of the flags; operands of pending ones are in the locals a, b, r and rotated. */
  flags: FlagsState = STORED;
  readonly a = this.code.local(W.I64);
  readonly b = this.code.local(W.I64);
  readonly r = this.code.local(W.I64);
  readonly rotated = this.code.local(W.I64);
  readonly kind = this.code.local(W.I32);
  readonly carry = this.code.local(W.I32);
  // For the emitters, within one instruction.
  readonly t64 = this.code.local(W.I64);
  readonly u64 = this.code.local(W.I64);
  readonly t32 = this.code.local(W.I32);
  readonly u32 = this.code.local(W.I32);
  readonly v128 = this.code.local(W.V128);
  readonly w128 = this.code.local(W.V128);
  readonly x128 = this.code.local(W.V128);
  readonly x64 = this.code.local(W.F64);
  readonly y64 = this.code.local(W.F64);
  readonly x32 = this.code.local(W.F32);
  readonly y32 = this.code.local(W.F32);
  readonly z64 = this.code.local(W.F64);
  readonly z32 = this.code.local(W.F32);
  readonly vectors = new VectorRegisters(this);
  readonly #registers: (number | undefined)[] = [];

  /** Local of general register n. */
  register(n: number): number {
    this.#registers[n] ??= this.code.local(W.I64);
    return this.#registers[n];
  }

  // Registers by their offset in the CPU context. Values of 64 bits are i64, all others i32.

  /** Pushes a register; below 32 bits the upper bits are whatever they are. */
  getRaw(offset: number, size: number): void {
    this.code.get(this.register(offset >> 3));
    if (size === 64) return;
    if (size === 8 && offset & 1) {
      this.code.i64(8);
      this.code.op(W.I64_SHR_U);
    }
    this.code.op(W.I32_WRAP_I64);
  }

  getUnsigned(offset: number, size: number): void {
    this.getRaw(offset, size);
    this.zeroExtend(size);
  }

  getSigned(offset: number, size: number): void {
    this.getRaw(offset, size);
    this.signExtend(size);
  }

  zeroExtend(size: number): void {
    if (size >= 32) return;
    this.code.i32(size === 8 ? 0xff : 0xffff);
    this.code.op(W.I32_AND);
  }

  signExtend(size: number): void {
    if (size === 8) this.code.op(W.I32_EXTEND8_S);
    else if (size === 16) this.code.op(W.I32_EXTEND16_S);
  }

  /** Pops a value into a register as an instruction does: 32 bits clear the upper half, 8 and 16 keep the rest. */
  setRegister(offset: number, size: number): void {
    const { code } = this;
    const local = this.register(offset >> 3);
    this.dirty |= 1 << (offset >> 3);
    if (size < 64) code.op(W.I64_EXTEND_I32_U);
    if (size < 32) {
      const high = size === 8 && (offset & 1) === 1;
      const mask = size === 16 ? 0xffffn : 0xffn;
      code.i64(mask);
      code.op(W.I64_AND);
      if (high) {
        code.i64(8);
        code.op(W.I64_SHL);
      }
      code.get(local);
      code.i64(~(high ? mask << 8n : mask));
      code.op(W.I64_AND, W.I64_OR);
    }
    code.set(local);
  }

  immediate(insn: Insn, size: number): void {
    if (size === 64) this.code.i64(insn.imm);
    else this.code.i32(Number(BigInt.asIntN(32, insn.imm)));
  }

  /** Widens the value on the stack to the raw i64 that pending flags keep. */
  widen(size: number): void {
    if (size < 64) this.code.op(W.I64_EXTEND_I32_U);
  }

  /** Pushes a field of the CPU context that is never in a local. */
  context(offset: number): void {
    this.code.i32(0);
    this.code.memory(W.I64_LOAD, CPU_BASE + offset);
  }

  storeRegisters(mask: number): void {
    const { code } = this;
    for (let n = 0; n < GENERAL; n++) {
      if (!(mask & (1 << n))) continue;
      code.i32(0);
      code.get(this.register(n));
      code.memory(W.I64_STORE, CPU_BASE + 8 * n);
    }
    this.vectors.store(mask);
  }

  loadRegisters(mask: number): void {
    for (let n = 0; n < GENERAL; n++) {
      if (!(mask & (1 << n))) continue;
      this.context(8 * n);
      this.code.set(this.register(n));
    }
    this.vectors.load(mask);
  }
}
