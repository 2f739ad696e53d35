// Writes the body of one wasm function, instruction by instruction.
// Invariant: a label is the nesting depth at which its block was opened, so branches may be written without knowing what
// will be wrapped around the body later: the wrapper adds its own depth (see `outer`).
import * as W from './opcodes.ts';
import { I8X16_SHUFFLE } from './simd.ts';

const EMPTY = new Uint8Array(0);
const FIRST_SIZE = 256;

export class Code {
  #bytes = EMPTY;
  #at = 0;
  #depth = 0;
  readonly #parameters: number;
  readonly #locals: number[];

  constructor(parameters: number, locals: number[] = []) {
    this.#parameters = parameters;
    this.#locals = locals;
  }

  /** More code of the same function, to be put together with `append`. */
  fork(): Code {
    return new Code(this.#parameters, this.#locals);
  }

  get length(): number {
    return this.#at;
  }

  /** A new local of that type. */
  local(type: number): number {
    return this.#parameters + this.#locals.push(type) - 1;
  }

  byte(value: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#at++] = value;
  }

  op(...codes: number[]): void {
    for (const code of codes) this.byte(code);
  }

  u32(value: number): void {
    let rest = value >>> 0;
    while (rest > 127) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  s64(value: bigint): void {
    let rest = value;
    while (rest > 63n || rest < -64n) {
      this.byte(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.byte(Number(rest & 127n));
  }

  s32(value: number): void {
    let rest = value | 0;
    while (rest > 63 || rest < -64) {
      this.byte((rest & 127) | 128);
      rest >>= 7;
    }
    this.byte(rest & 127);
  }

  i32(value: number): void {
    this.byte(W.I32_CONST);
    this.s32(value);
  }

  /** A constant of 64 bits; numbers must be integers below 2^53. */
  i64(value: number | bigint): void {
    this.byte(W.I64_CONST);
    if (typeof value === 'bigint') this.s64(BigInt.asIntN(64, value));
    else if (value === (value | 0)) this.s32(value);
    else this.s64(BigInt(value));
  }

  get(local: number): void {
    this.byte(W.LOCAL_GET);
    this.u32(local);
  }

  set(local: number): void {
    this.byte(W.LOCAL_SET);
    this.u32(local);
  }

  tee(local: number): void {
    this.byte(W.LOCAL_TEE);
    this.u32(local);
  }

  /** A load or store at constant offset from the address on the stack; alignment is only a hint. */
  memory(opcode: number, offset: number): void {
    this.byte(opcode);
    this.byte(0);
    this.u32(offset);
  }

  /** SIMD instructions have a prefix; those of memory and lanes append their own immediates. */
  simd(opcode: number): void {
    this.byte(0xfd);
    this.u32(opcode);
  }

  simdMemory(opcode: number, offset: number): void {
    this.simd(opcode);
    this.byte(0);
    this.u32(offset);
  }

  /** An instruction on one lane. */
  lane(opcode: number, lane: number): void {
    this.simd(opcode);
    this.byte(lane);
  }

  /** Bytes chosen from the two vectors on the stack. */
  shuffle(bytes: number[]): void {
    this.simd(I8X16_SHUFFLE);
    for (const byte of bytes) this.byte(byte);
  }

  f64(value: number): void {
    this.byte(W.F64_CONST);
    this.#raw(new Uint8Array(Float64Array.of(value).buffer));
  }

  f32(value: number): void {
    this.byte(W.F32_CONST);
    this.#raw(new Uint8Array(Float32Array.of(value).buffer));
  }

  #raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.byte(byte);
  }

  call(index: number): void {
    this.byte(W.CALL);
    this.u32(index);
  }

  returnCall(index: number): void {
    this.byte(W.RETURN_CALL);
    this.u32(index);
  }

  returnCallIndirect(type: number): void {
    this.byte(W.RETURN_CALL_INDIRECT);
    this.u32(type);
    this.byte(0);
  }

  /** Opens a block, loop or if without parameters; returns its label. */
  open(opcode: number, type: number = W.VOID): number {
    this.byte(opcode);
    this.byte(type);
    return this.#depth++;
  }

  /** An `if` whose first part seldom runs (hints.ts). */
  openUnlikely(type: number = W.VOID): number {
    this.byte(W.NOP);
    return this.open(W.IF, type);
  }

  /** An `if` whose first part runs nearly always. */
  openLikely(type: number = W.VOID): number {
    this.op(W.NOP);
    return this.openUnlikely(type);
  }

  else(): void {
    this.byte(W.ELSE);
  }

  end(): void {
    this.#depth--;
    this.byte(W.END);
  }

  br(label: number): void {
    this.byte(W.BR);
    this.u32(this.#depth - 1 - label);
  }

  brIf(label: number): void {
    this.byte(W.BR_IF);
    this.u32(this.#depth - 1 - label);
  }

  /** Branches to the nth block around this body. */
  brOuter(n: number): void {
    this.byte(W.BR);
    this.u32(this.#depth + n);
  }

  append(other: Code): void {
    const bytes = other.#bytes.subarray(0, other.#at);
    if (this.#at + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** The entry of the code section. */
  function(): Uint8Array {
    const head = new Code(0);
    head.#localGroups(this.#locals);
    head.append(this);
    head.byte(W.END);
    const entry = new Code(0);
    entry.u32(head.#at);
    entry.append(head);
    return entry.#bytes.slice(0, entry.#at);
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  #localGroups(locals: number[]): void {
    const groups: [count: number, type: number][] = [];
    for (const type of locals) {
      const last = groups.at(-1);
      if (last?.[1] === type) last[0]++;
      else groups.push([1, type]);
    }
    this.u32(groups.length);
    for (const [count, type] of groups) {
      this.u32(count);
      this.byte(type);
    }
  }

  #grow(more: number): void {
    const bigger = new Uint8Array(Math.max(FIRST_SIZE, this.#bytes.length * 2, this.#at + more));
    bigger.set(this.#bytes);
    this.#bytes = bigger;
  }
}
