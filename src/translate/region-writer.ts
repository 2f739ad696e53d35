// Writes the instructions of one region: registers and pending flags in locals, guest memory through the software TLB, and
// the ways out. Emitters (emit/) call this; region.ts decides what is written in which order.
// Invariant: `dirty` names the registers whose local may be newer than memory; a way out stores exactly those.
import { CPU_BASE, TLB_BASE, TRANSLATE_BASE } from '../../abi/box.ts';
import * as CPU from '../../abi/cpu.ts';
import * as I from '../../abi/insn.ts';
import * as T from '../../abi/translate.ts';
import { DYNAMIC, type FlagsState, operationOf, STORED } from './flags-state.ts';
import * as F from './functions.ts';
import type { Insn } from './insn.ts';
import { VectorRegisters } from './vector-registers.ts';
import { Code } from './wasm/code.ts';
import * as W from './wasm/opcodes.ts';

// Parameters of a region.
export const FUEL = 0;
export const VA = 1;
export const EXPECTED = 2;
export const DEPTH = 3;

/** A way out that several places of a region share. */
interface Leave {
  dirty: number;
  flags: FlagsState;
}

/** TLB_ENTRY_SIZE is 32 and there are 1024 entries: bits 12..21 of an address, times 32. */
const TLB_SHIFT = 7;
const TLB_MASK = 0x7fe0;
const TLB_WRITE_TAG = 8;
const TLB_ADDEND = 16;

export class RegionWriter {
  code = new Code(4);
  dirty = 0;
  flags: FlagsState = STORED;
  /** Instructions of the block that completed before the current one. */
  done = 0;
  /** Somebody may ask for the flags that the current instruction leaves. */
  flagsNeeded = true;
  /** Address of the start of the entry's page. */
  readonly base = this.code.local(W.I64);
  readonly a = this.code.local(W.I64);
  readonly b = this.code.local(W.I64);
  readonly r = this.code.local(W.I64);
  readonly kind = this.code.local(W.I32);
  readonly carry = this.code.local(W.I32);
  // For the emitters, within one instruction.
  readonly address = this.code.local(W.I64);
  readonly pointer = this.code.local(W.I32);
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
  readonly #entry = this.code.local(W.I32);
  readonly #at = this.code.local(W.I32);
  readonly #registers: (number | undefined)[] = [];
  readonly vectors = new VectorRegisters(this);
  readonly #leaves: Leave[] = [];
  /** Address of a record's copy for the interpreter's handlers, as offset from the imported base. */
  readonly recordOffset: (insn: Insn) => number;
  readonly #global: number;

  constructor(recordOffset: (insn: Insn) => number, global: number) {
    this.recordOffset = recordOffset;
    this.#global = global;
  }

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

  // Memory.

  /** Pushes the effective address of the r/m operand; `extra` bytes are added. */
  effectiveAddress(insn: Insn, extra = 0): void {
    const { code } = this;
    if (insn.special & I.EA_MOFFS) code.i64(insn.imm);
    else this.#sum(insn, extra);
    if (insn.flags & I.INSN_ADDR32 && insn.special) {
      code.i64(0xffffffff);
      code.op(W.I64_AND);
    }
    if (insn.special & I.EA_FS) this.#addContext(CPU.REG_FS_BASE);
    else if (insn.special & I.EA_GS) this.#addContext(CPU.REG_GS_BASE);
  }

  #sum(insn: Insn, extra: number): void {
    const { code } = this;
    let disp = insn.disp + extra + (insn.special & I.EA_FAR ? 0x100000000 : 0);
    let pushed = false;
    const add = () => {
      if (pushed) code.op(W.I64_ADD);
      pushed = true;
    };
    if (insn.base === CPU.REG_RIP_PAGE) {
      disp += insn.page;
      code.get(this.base);
      add();
    } else if (insn.base < CPU.REG_ZERO) {
      code.get(this.register(insn.base >> 3));
      add();
    }
    if (insn.index !== CPU.REG_ZERO) {
      if (insn.index < CPU.REG_ZERO) code.get(this.register(insn.index >> 3));
      else this.context(insn.index);
      if (insn.scale) {
        code.i64(insn.scale);
        code.op(W.I64_SHL);
      }
      add();
    }
    if (disp || !pushed) {
      code.i64(disp);
      add();
    }
  }

  /** Pushes a field of the CPU context that is never in a local. */
  context(offset: number): void {
    this.code.i32(0);
    this.code.memory(W.I64_LOAD, CPU_BASE + offset);
  }

  #addContext(offset: number): void {
    this.context(offset);
    this.code.op(W.I64_ADD);
  }

  /** Pushes the host pointer of `bytes` at the r/m operand, or leaves the region before the instruction. */
  operand(insn: Insn, bytes: number, write: boolean): void {
    this.effectiveAddress(insn);
    this.pointerTo(insn, bytes, write);
  }

  /** The same for the address on the stack. */
  pointerTo(insn: Insn, bytes: number, write: boolean): void {
    const { code } = this;
    code.tee(this.address);
    code.op(W.I32_WRAP_I64);
    code.i32(TLB_SHIFT);
    code.op(W.I32_SHR_U);
    code.i32(TLB_MASK);
    code.op(W.I32_AND);
    code.tee(this.#entry);
    code.memory(W.I64_LOAD, TLB_BASE + (write ? TLB_WRITE_TAG : 0));
    code.get(this.address);
    if (bytes > 1) {
      code.i64(bytes - 1);
      code.op(W.I64_ADD);
    }
    code.i64(-4096);
    code.op(W.I64_AND, W.I64_EQ);
    code.open(W.IF, W.I32);
    code.get(this.#entry);
    code.memory(W.I32_LOAD, TLB_BASE + TLB_ADDEND);
    code.get(this.address);
    code.op(W.I32_WRAP_I64, W.I32_ADD);
    code.else();
    code.get(this.address);
    code.i32(bytes);
    code.call(write ? F.WRITE : F.READ);
    code.tee(this.pointer);
    code.op(W.I32_EQZ);
    code.open(W.IF);
    this.leaveBefore(insn);
    code.end();
    code.get(this.pointer);
    code.end();
  }

  /** Loads from the host pointer on the stack; below 32 bits zero-extended, or sign-extended. */
  load(size: number, signed = false): void {
    const opcode =
      size === 64
        ? W.I64_LOAD
        : size === 32
          ? W.I32_LOAD
          : size === 16
            ? signed
              ? W.I32_LOAD16_S
              : W.I32_LOAD16_U
            : signed
              ? W.I32_LOAD8_S
              : W.I32_LOAD8_U;
    this.code.memory(opcode, 0);
  }

  /** Stores the value on the stack at the host pointer below it. */
  store(size: number): void {
    const opcode = size === 64 ? W.I64_STORE : size === 32 ? W.I32_STORE : size === 16 ? W.I32_STORE16 : W.I32_STORE8;
    this.code.memory(opcode, 0);
  }

  // Ways out.

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
    let n = this.#leaves.findIndex((one) => one.dirty === dirty && one.flags.kind === flags.kind);
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
    code.open(W.IF);
    this.leaveTo(at);
    code.end();
  }

  /** Stores dirty registers and pending flags. */
  spill(): void {
    this.storeRegisters(this.dirty);
    this.dirty = 0;
    this.storeFlags();
  }

  storeRegisters(mask: number): void {
    const { code } = this;
    for (let n = 0; n < 16; n++) {
      if (!(mask & (1 << n))) continue;
      code.i32(0);
      code.get(this.register(n));
      code.memory(W.I64_STORE, CPU_BASE + 8 * n);
    }
    this.vectors.store(mask);
  }

  loadRegisters(mask: number): void {
    for (let n = 0; n < 16; n++) {
      if (!(mask & (1 << n))) continue;
      this.context(8 * n);
      this.code.set(this.register(n));
    }
    this.vectors.load(mask);
  }

  /** Makes the flags in memory those of the program. */
  storeFlags(): void {
    this.#storeFlags(this.flags);
    this.flags = STORED;
  }

  #storeFlags({ kind }: FlagsState): void {
    const { code } = this;
    if (kind !== undefined && operationOf(kind) === T.REGION_FLAGS_STORED) return;
    if (kind === undefined) code.get(this.kind);
    else code.i32(kind);
    for (const local of [this.a, this.b, this.r]) code.get(local);
    code.call(F.FLAGS);
  }

  /** Forgets what is known of the flags: the local `kind` tells at run time. */
  flagsUnknown(): void {
    this.flags = DYNAMIC;
  }

  /** Before a merge: the local `kind` must tell. */
  publishFlags(): void {
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
    this.storeRegisters(this.dirty);
    this.dirty = 0;
    if (readsFlags) this.storeFlags();
    this.#execute(insn);
    this.loadRegisters(reload);
  }

  /** Calls the handler; everything it may read is in memory. */
  #execute(insn: Insn): void {
    const { code } = this;
    code.i32(0);
    this.addressOf(insn.page);
    code.memory(W.I64_STORE, CPU_BASE + CPU.REG_RIP_PAGE);
    code.op(W.GLOBAL_GET);
    code.u32(this.#global);
    code.i32(this.recordOffset(insn));
    code.op(W.I32_ADD);
    code.call(F.EXEC);
    code.tee(this.t32);
    code.open(W.IF);
    this.#storeFlags(this.flags);
    code.get(FUEL);
    code.i32(this.done - 1);
    code.op(W.I32_SUB);
    code.get(this.t32);
    code.op(W.I32_SUB);
    code.set(FUEL);
    this.returnUnwinding();
    code.end();
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
    this.vectors.fillConstants();
    this.loadRegisters(live);
    for (const _ of this.#leaves) whole.open(W.BLOCK);
    whole.append(body);
    whole.op(W.UNREACHABLE);
    for (const leave of this.#leaves) {
      whole.end();
      this.#writeLeave(leave);
    }
    return whole.function();
  }

  #writeLeave({ dirty, flags }: Leave): void {
    const { code } = this;
    this.storeRegisters(dirty);
    this.#storeFlags(flags);
    this.storeRip(() => {
      code.get(this.base);
      code.get(this.#at);
      code.op(W.I64_EXTEND_I32_S, W.I64_ADD);
    });
    this.returnUnwinding();
  }
}
