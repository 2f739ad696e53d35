// Writes the instructions of one region, and its ways out. Emitters (emit/) call this; region.ts decides what is written in
// which order. Invariant: a way out stores exactly the dirty registers and the pending flags.
import { CPU_BASE, TRANSLATE_BASE } from '../../abi/box.ts';
import * as CPU from '../../abi/cpu.ts';
import { INSN_SIZE } from '../../abi/insn.ts';
import * as T from '../../abi/translate.ts';
import { type FlagsState, sameFlags, STORED } from './flags-state.ts';
import { storeFlags } from './flags-store.ts';
import type { Frame } from './frame.ts';
import * as F from './functions.ts';
import type { Insn } from './insn.ts';
import { cell, MemoryWriter } from './memory-writer.ts';
import * as W from './wasm/opcodes.ts';

// Parameters of a region.
export const FUEL = 0;
export const VA = 1;
export const EXPECTED = 2;
export const DEPTH = 3;

const RSP = 32;
const RSP_BIT = 16;
const STACK = cell(RSP, true);
/** Where the imported global points, from the region's header: to the first handled record itself. */
export const RECORDS_AT = T.REGION_PAGE + T.REGION_MAX_PAGES * T.REGION_PAGE_SIZE + INSN_SIZE;

/** A way out that several places of a region share. */
interface Leave {
  dirty: number;
  flags: FlagsState;
}

export class RegionWriter extends MemoryWriter {
  /** Instructions of the block that completed before the current one. */
  done = 0;
  /** Somebody may ask for the flags that the current instruction leaves. */
  flagsNeeded = true;
  readonly #frameEntry = this.code.local(W.I64);
  readonly #at = this.code.local(W.I32);
  readonly #leaves: Leave[] = [];
  /** Address of a record's copy for the interpreter's handlers, as offset from the imported base. */
  readonly recordOffset: (insn: Insn) => number;
  readonly #global: number;

  constructor(frame: Frame | undefined, recordOffset: (insn: Insn) => number, global: number) {
    super(frame);
    this.recordOffset = recordOffset;
    this.#global = global;
  }

  /** Leaves before the current instruction, which the interpreter runs. */
  leaveBefore(insn: Insn): void {
    this.#charge(this.done);
    this.leaveTo(insn.at);
  }

  /** Goes to the interpreter at that offset, by a way out that other places share. */
  leaveTo(at: number): void {
    const { code, dirty, flags } = this;
    code.i32(at);
    code.set(this.#at);
    let n = this.#leaves.findIndex((one) => one.dirty === dirty && sameFlags(one.flags, flags));
    if (n < 0) n = this.#leaves.push({ dirty, flags }) - 1;
    code.brOuter(n);
  }

  /** Tells the kernel that the instruction it goes on at is the interpreter's. */
  markSide(): void {
    this.code.i32(0);
    this.code.i32(1);
    this.code.memory(W.I32_STORE, TRANSLATE_BASE + T.TRANSLATE_SIDE);
  }

  #charge(instructions: number): void {
    if (!instructions) return;
    this.code.get(FUEL);
    this.code.i32(instructions);
    this.code.op(W.I32_SUB);
    this.code.set(FUEL);
  }

  /** Charges the whole block. */
  charge(): void {
    this.#charge(this.done);
    this.done = 0;
  }

  /** A control transfer to that offset is taken: leave when the fuel is spent. */
  checkFuel(at: number): void {
    const { code } = this;
    code.get(FUEL);
    code.i32(0);
    code.op(W.I32_LT_S);
    code.openUnlikely();
    this.leaveTo(at);
    code.end();
  }

  /** Stores dirty registers and pending flags. */
  spill(): void {
    this.storeRegisters(this.dirty);
    this.dirty = 0;
    this.storeFlags();
  }

  /** Makes the flags in memory those of the program. */
  storeFlags(): void {
    storeFlags(this, this.flags);
    this.flags = STORED;
  }

  /** Before a merge: the local `kind` must tell. */
  publishFlags(): void {
    if (this.flags.rotation) this.storeFlags();
    if (this.flags.kind === undefined) return;
    this.code.i32(this.flags.kind);
    this.code.set(this.kind);
  }

  /** Stores CPU_RIP = the address on the stack. */
  storeRip(push: () => void): void {
    this.code.i32(0);
    push();
    this.code.memory(W.I64_STORE, CPU_BASE + CPU.CPU_RIP);
  }

  /** Pushes the address of an offset. */
  addressOf(at: number): void {
    this.code.get(this.base);
    if (!at) return;
    this.code.i64(at);
    this.code.op(W.I64_ADD);
  }

  /** Returns to whoever called the region, who must return too. */
  returnUnwinding(): void {
    const { code } = this;
    code.get(FUEL);
    code.i32(1);
    code.op(W.I32_SHL);
    code.i32(1);
    code.op(W.I32_OR, W.RETURN);
  }

  /** Runs the instruction by the interpreter's handler. */
  interpret(insn: Insn, readsFlags: boolean, reload: number): void {
    const { code } = this;
    this.storeRegisters(this.dirty);
    this.dirty = 0;
    if (readsFlags) this.storeFlags();
    code.i32(0);
    this.addressOf(insn.page);
    code.memory(W.I64_STORE, CPU_BASE + CPU.REG_RIP_PAGE);
    code.op(W.GLOBAL_GET);
    code.u32(this.#global);
    code.i32(this.recordOffset(insn));
    code.op(W.I32_ADD);
    code.call(F.EXEC);
    code.tee(this.t32);
    code.openUnlikely();
    storeFlags(this, this.flags);
    code.get(FUEL);
    code.i32(this.done - 1);
    code.op(W.I32_SUB);
    code.get(this.t32);
    code.op(W.I32_SUB);
    code.set(FUEL);
    this.returnUnwinding();
    code.end();
    this.vectors.mxcsr.refresh();
    this.loadRegisters(reload);
  }

  /** Leaves before the instruction, for the interpreter to run it, when the i32 on the stack is not 0. */
  leaveIf(insn: Insn): void {
    this.code.openUnlikely();
    this.markSide();
    this.leaveBefore(insn);
    this.code.end();
  }

  /** The whole function: `live` registers loaded, the code, then the ways out that it used. */
  finish(live: number): Uint8Array {
    const body = this.code;
    const whole = body.fork();
    this.code = whole;
    whole.get(VA);
    whole.i64(-4096);
    whole.op(W.I64_AND);
    whole.set(this.base);
    this.loadRegisters(live | (this.frame ? RSP_BIT : 0));
    this.vectors.fillConstants();
    this.vectors.mxcsr.refresh();
    if (this.frame) this.#enterFrame(this.frame);
    for (const _ of this.#leaves) whole.open(W.BLOCK);
    whole.append(body);
    whole.op(W.UNREACHABLE);
    for (const leave of this.#leaves) {
      whole.end();
      this.#writeLeave(leave);
    }
    return whole.function();
  }

  /** Checks that the frame's window lies in an extent that may be stored to; otherwise the other translation runs. */
  #enterFrame({ low, size }: Frame): void {
    const { code } = this;
    code.get(this.register(RSP >> 3));
    code.set(this.#frameEntry);
    this.#frameFits(low, size);
    code.op(W.I32_EQZ);
    code.openUnlikely();
    code.get(this.address);
    code.i32(1);
    code.i32(CPU.ACCESS_WRITE | T.EXTENT_PRESENT);
    code.i32(STACK);
    code.call(F.EXTENT);
    code.op(W.DROP);
    this.#frameFits(low, size);
    code.op(W.I32_EQZ);
    code.openUnlikely();
    this.#otherTranslation();
    code.end();
    code.end();
    code.get(this.offset);
    code.op(W.I32_WRAP_I64);
    code.i32(0);
    code.memory(W.I32_LOAD, STACK + T.EXTENT_HOST);
    code.op(W.I32_ADD);
    code.set(this.frameHost);
  }

  /** Pushes whether the window lies in the extent of stores by rSP; the local `offset` is where. */
  #frameFits(low: number, size: number): void {
    const { code } = this;
    code.get(this.#frameEntry);
    code.i64(low);
    code.op(W.I64_ADD);
    code.tee(this.address);
    this.offsetInto(STACK);
    this.hasRoom(STACK);
    if (size <= T.EXTENT_ACCESS) return;
    code.get(this.offset);
    code.i64(size - T.EXTENT_ACCESS);
    code.op(W.I64_ADD);
    this.hasRoom(STACK);
    code.op(W.I32_AND);
  }

  #otherTranslation(): void {
    const { code } = this;
    this.#header(T.REGION_CHECKED_SLOT);
    code.memory(W.I32_LOAD, 0);
    code.tee(this.t32);
    code.open(W.IF);
    for (const local of [FUEL, VA, EXPECTED, DEPTH, this.t32]) code.get(local);
    code.returnCall(F.INVOKE);
    code.end();
    this.#header(T.REGION_CROSSED);
    code.i32(1);
    code.memory(W.I32_STORE, 0);
    code.i32(0);
    code.i32(1);
    code.memory(W.I32_STORE, TRANSLATE_BASE + T.TRANSLATE_CROSSED);
    this.markSide();
    this.storeRip(() => code.get(VA));
    this.returnUnwinding();
  }

  /** Pushes the address of a field of the region's header, which lies before its records. */
  #header(field: number): void {
    this.code.op(W.GLOBAL_GET);
    this.code.u32(this.#global);
    this.code.i32(field - RECORDS_AT);
    this.code.op(W.I32_ADD);
  }

  /** After a call: pushes whether rSP is not where the frame has it. */
  stackMoved(): void {
    const { code, stackOffset = 0 } = this;
    code.get(this.register(RSP >> 3));
    code.get(this.#frameEntry);
    code.i64(stackOffset);
    code.op(W.I64_ADD, W.I64_NE);
  }

  #writeLeave({ dirty, flags }: Leave): void {
    const { code } = this;
    this.storeRegisters(dirty);
    storeFlags(this, flags);
    this.storeRip(() => {
      code.get(this.base);
      code.get(this.#at);
      code.op(W.I64_EXTEND_I32_S, W.I64_ADD);
    });
    this.returnUnwinding();
  }
}
