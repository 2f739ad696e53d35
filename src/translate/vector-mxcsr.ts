// What MXCSR lets the host's arithmetic do, in locals while a region runs. Only handlers and called code change MXCSR, and the
// interpreter behind a way out: what went well here has set no new flag.
// Invariant: the locals say what MXCSR said at the entry or behind the last handler or call, wherever control is.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_MXCSR } from '../../abi/cpu.ts';
import type { RegisterWriter } from './register-writer.ts';
import * as W from './wasm/opcodes.ts';
import * as S from './wasm/simd.ts';

/** Everything but flags: round to nearest, everything masked, denormals honoured. */
const CONTROL = 0xffc0;
const PLAIN = 0x1f80;
/** The sticky flag of inexactness. */
const PE = 0x20;

/** Exponents of results that stand once they are counted up by one: see emit/float-check.ts. */
const SAFE = { 32: 0x7e000000n, 64: 0x7fc0000000000000n };

export class VectorMxcsr {
  /** The region has instructions that ask. */
  used = false;
  readonly #writer: RegisterWriter;
  readonly #plain: number;
  readonly #sticky: number;
  readonly #safe64: number;
  readonly #safe32: number;
  readonly #safeDoubles: number;
  readonly #safeSingles: number;

  constructor(writer: RegisterWriter) {
    const { code } = writer;
    this.#writer = writer;
    this.#plain = code.local(W.I32);
    this.#sticky = code.local(W.I32);
    this.#safe64 = code.local(W.I64);
    this.#safe32 = code.local(W.I32);
    this.#safeDoubles = code.local(W.V128);
    this.#safeSingles = code.local(W.V128);
  }

  /** Pushes whether the host's arithmetic is the program's but for the flag of inexactness. */
  plain(): void {
    this.#writer.code.get(this.#plain);
  }

  /** Pushes whether inexactness is sticky already, so that it need not be found out. */
  sticky(): void {
    this.#writer.code.get(this.#sticky);
  }

  /** Pushes the bits of which a result that stands has one set, its exponent counted up; none unless it is `plain`. */
  safe(size: 32 | 64, scalar: boolean): void {
    const [one, all] = size === 64 ? [this.#safe64, this.#safeDoubles] : [this.#safe32, this.#safeSingles];
    this.#writer.code.get(scalar ? one : all);
  }

  /** Looks at MXCSR. */
  refresh(): void {
    if (!this.used) return;
    const { code, t32 } = this.#writer;
    code.i32(0);
    code.memory(W.I32_LOAD, CPU_BASE + CPU_MXCSR);
    code.tee(t32);
    code.i32(CONTROL);
    code.op(W.I32_AND);
    code.i32(PLAIN);
    code.op(W.I32_EQ);
    code.set(this.#plain);
    code.get(t32);
    code.i32(PE);
    code.op(W.I32_AND);
    code.set(this.#sticky);
    code.i64(SAFE[64]);
    code.i64(0);
    code.get(this.#plain);
    code.op(W.SELECT);
    code.tee(this.#safe64);
    code.simd(S.I64X2_SPLAT);
    code.set(this.#safeDoubles);
    code.i32(Number(SAFE[32]));
    code.i32(0);
    code.get(this.#plain);
    code.op(W.SELECT);
    code.tee(this.#safe32);
    code.simd(S.I32X4_SPLAT);
    code.set(this.#safeSingles);
  }
}
