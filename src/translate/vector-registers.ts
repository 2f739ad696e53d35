// The low halves of the vector registers in locals while a region runs, and what is known of the numbers in them.
// Invariant: upper halves stay in memory: legacy SSE leaves them as they are, VEX forms (emit/vex.ts) write them there. What is
// known is true wherever control can come from: nothing is known at the start of a block that several others lead to.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_YMM } from '../../abi/cpu.ts';
import { vectorBit } from './emit/row.ts';
import type { RegisterWriter } from './register-writer.ts';
import { VectorMxcsr } from './vector-mxcsr.ts';
import * as W from './wasm/opcodes.ts';
import * as S from './wasm/simd.ts';

/** CPU_YMM + 32 bytes a register; a record names register n by 8 n. */
const STEP = 4;

/** How much of a register holds numbers that are zero or normal (not denormal, NaN, infinite): the low one or all, of that size. */
export type Extent = 'low32' | 'low64' | 'all32' | 'all64';

export type Size = 32 | 64;

/** What is known at a place in the code. */
export interface Known {
  ordinary: Map<number, Extent | 'zero'>;
  /** Registers whose low number of that size is in a local of its own, too. */
  numbers: Map<number, Size>;
}

export class VectorRegisters {
  readonly #writer: RegisterWriter;
  readonly #locals: (number | undefined)[] = [];
  readonly #constants = new Map<bigint, number>();
  readonly #numberLocals = new Map<string, number>();
  #known: Known = { ordinary: new Map(), numbers: new Map() };
  readonly mxcsr: VectorMxcsr;

  constructor(writer: RegisterWriter) {
    this.#writer = writer;
    this.mxcsr = new VectorMxcsr(writer);
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
    this.#forgetOne(field);
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
      this.#forgetOne(8 * n);
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

  /** Pushes the low number of that size. */
  number(field: number, size: Size): void {
    const { code } = this.#writer;
    if (this.#known.numbers.get(field) === size) return code.get(this.#numberLocal(field, size));
    this.get(field);
    code.lane(size === 64 ? S.F64X2_EXTRACT_LANE : S.F32X4_EXTRACT_LANE, 0);
    code.tee(this.#numberLocal(field, size));
    this.#known.numbers.set(field, size);
  }

  /** Pops a number into the low lane; the rest stays. Who asks for the number next need not wait for the whole register. */
  setNumber(field: number, size: Size): void {
    const { code } = this.#writer;
    const local = this.#numberLocal(field, size);
    code.set(local);
    this.get(field);
    code.get(local);
    code.lane(size === 64 ? S.F64X2_REPLACE_LANE : S.F32X4_REPLACE_LANE, 0);
    this.set(field);
    this.#known.numbers.set(field, size);
  }

  #numberLocal(field: number, size: Size): number {
    const key = `${field} ${size}`;
    const local = this.#numberLocals.get(key) ?? this.#writer.code.local(size === 64 ? W.F64 : W.F32);
    this.#numberLocals.set(key, local);
    return local;
  }

  /** Nothing is known any more: a block starts that several lead to, or other code ran. */
  forget(): void {
    this.#known = { ordinary: new Map(), numbers: new Map() };
  }

  #forgetOne(field: number): void {
    this.#known.ordinary.delete(field);
    this.#known.numbers.delete(field);
  }

  /** What is known here, for `recall` where code goes on from here another way. */
  known(): Known {
    return { ordinary: new Map(this.#known.ordinary), numbers: new Map(this.#known.numbers) };
  }

  recall(known: Known): void {
    this.#known = known;
  }

  markOrdinary(field: number, extent: Extent | 'zero'): void {
    this.#known.ordinary.set(field, extent);
  }

  isOrdinary(field: number, extent: Extent): boolean {
    const known = this.#known.ordinary.get(field);
    return known === 'zero' || known === extent || known === extent.replace('low', 'all');
  }

  /** One register was copied to another, all of it or its low number. */
  copied(to: number, from: number, size?: Size): void {
    const known = this.#known.ordinary.get(from);
    if (!known) return;
    if (!size) this.#known.ordinary.set(to, known);
    else if (this.isOrdinary(from, `low${size}`)) this.#known.ordinary.set(to, `low${size}`);
  }
}
