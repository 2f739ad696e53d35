// The low halves of the vector registers in locals while a region runs, and what is known of MXCSR and of the numbers in them.
// Invariant: upper halves stay in memory: what has an emitter (legacy SSE) leaves them as they are, and VEX instructions are
// the interpreter's. What is known is true wherever control can come from: nothing is known at the start of a block.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_MXCSR, CPU_YMM } from '../../abi/cpu.ts';
import { vectorBit } from './emit/row.ts';
import type { RegisterWriter } from './register-writer.ts';
import * as W from './wasm/opcodes.ts';
import * as S from './wasm/simd.ts';

/** CPU_YMM + 32 bytes a register; a record names register n by 8 n. */
const STEP = 4;

/** MXCSR without flags: round to nearest, everything masked, denormals honoured. */
const MXCSR_MASK = 0xffc0;
const MXCSR_PLAIN = 0x1f80;
const MXCSR_PE = 0x20;

/** How much of a register holds numbers that are neither denormal nor NaN nor infinite: the low one or all, of that size. */
export type Extent = 'low32' | 'low64' | 'all32' | 'all64';

export class VectorRegisters {
  readonly #writer: RegisterWriter;
  readonly #locals: (number | undefined)[] = [];
  readonly #constants = new Map<bigint, number>();
  readonly #ordinary = new Map<number, Extent>();
  #plain: number | undefined;
  #sticky: number | undefined;
  #mxcsrKnown = false;

  constructor(writer: RegisterWriter) {
    this.#writer = writer;
  }

  /** Local of the register that a record names by `field`. */
  #local(field: number): number {
    const n = field >> 3;
    this.#locals[n] ??= this.#writer.code.local(W.V128);
    return this.#locals[n];
  }

  get(field: number): void {
    this.#writer.code.get(this.#local(field));
  }

  set(field: number): void {
    this.#ordinary.delete(field);
    this.#writer.dirty |= vectorBit(field);
    this.#writer.code.set(this.#local(field));
  }

  /** Stores those of the mask. */
  store(mask: number): void {
    const { code } = this.#writer;
    for (let n = 0; n < 16; n++) {
      if (!(mask & vectorBit(8 * n))) continue;
      code.i32(0);
      this.get(8 * n);
      code.simdMemory(S.V128_STORE, CPU_BASE + CPU_YMM + 8 * n * STEP);
    }
  }

  load(mask: number): void {
    const { code } = this.#writer;
    for (let n = 0; n < 16; n++) {
      if (!(mask & vectorBit(8 * n))) continue;
      code.i32(0);
      code.simdMemory(S.V128_LOAD, CPU_BASE + CPU_YMM + 8 * n * STEP);
      code.set(this.#local(8 * n));
      this.#ordinary.delete(8 * n);
    }
  }

  /** A local that holds this constant in both halves all the time: making one costs several instructions. */
  constant(half: bigint): void {
    const { code } = this.#writer;
    const local = this.#constants.get(half) ?? code.local(W.V128);
    this.#constants.set(half, local);
    code.get(local);
  }

  /** Writes the constants' values, at the start of the function. */
  fillConstants(): void {
    const { code } = this.#writer;
    for (const [half, local] of this.#constants) {
      code.i64(half);
      code.simd(S.I64X2_SPLAT);
      code.set(local);
    }
  }

  /** Nothing is known any more: a block starts. */
  forget(): void {
    this.#mxcsrKnown = false;
    this.#ordinary.clear();
  }

  /** A handler ran, which may have loaded MXCSR. */
  forgetMxcsr(): void {
    this.#mxcsrKnown = false;
  }

  markOrdinary(field: number, extent: Extent): void {
    this.#ordinary.set(field, extent);
  }

  isOrdinary(field: number, extent: Extent): boolean {
    const known = this.#ordinary.get(field);
    return known === extent || known === extent.replace('low', 'all');
  }

  /** Pushes whether the host's arithmetic is the program's but for the flag of inexactness. */
  plain(): void {
    this.#lookAtMxcsr();
    this.#writer.code.get(this.#plain!);
  }

  /** Pushes whether inexactness is sticky already, so that it need not be found out. */
  sticky(): void {
    this.#lookAtMxcsr();
    this.#writer.code.get(this.#sticky!);
  }

  /** Only handlers change MXCSR; arithmetic that went well has set nothing new. */
  #lookAtMxcsr(): void {
    if (this.#mxcsrKnown) return;
    this.#mxcsrKnown = true;
    const { code } = this.#writer;
    this.#plain ??= code.local(W.I32);
    this.#sticky ??= code.local(W.I32);
    code.i32(0);
    code.memory(W.I32_LOAD, CPU_BASE + CPU_MXCSR);
    code.tee(this.#sticky);
    code.i32(MXCSR_MASK);
    code.op(W.I32_AND);
    code.i32(MXCSR_PLAIN);
    code.op(W.I32_EQ);
    code.set(this.#plain);
    code.get(this.#sticky);
    code.i32(MXCSR_PE);
    code.op(W.I32_AND);
    code.set(this.#sticky);
  }
}
