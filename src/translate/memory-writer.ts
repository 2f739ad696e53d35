// Writes accesses to guest memory: through the frame's window without a check, by the page of a recent access, or through the
// software TLB (kernel/cpu/mem.ts). What these do not know the kernel is asked for, and then the region may be left.
// Invariant: a pointer is pushed before the instruction has changed anything.
import { TLB_BASE } from '../../abi/box.ts';
import * as CPU from '../../abi/cpu.ts';
import * as I from '../../abi/insn.ts';
import { type Frame, isStackOperand } from './frame.ts';
import * as F from './functions.ts';
import type { Insn } from './insn.ts';
import { type NearPage, NearPages } from './near-pages.ts';
import { RegisterWriter } from './register-writer.ts';
import * as W from './wasm/opcodes.ts';

/** TLB_ENTRY_SIZE is 32 and there are 1024 entries: bits 12..21 of an address, times 32. */
const TLB_SHIFT = 7;
const TLB_MASK = 0x7fe0;
const TLB_WRITE_TAG = 8;
export const TLB_ADDEND = 16;
const RSP = 32;

export abstract class MemoryWriter extends RegisterWriter {
  /** Address of the start of the entry's page. */
  readonly base = this.code.local(W.I64);
  readonly address = this.code.local(W.I64);
  readonly pointer = this.code.local(W.I32);
  /** The window of stack that needs no checks, and rSP's distance from where it was at the entry. */
  readonly frame: Frame | undefined;
  stackOffset: number | undefined;
  /** Pages of recent accesses. */
  readonly pages: NearPages;
  protected readonly frameHost = this.code.local(W.I32);
  protected readonly entry = this.code.local(W.I32);
  protected readonly page = this.code.local(W.I64);
  /** Constant offset of the next loads and stores from the pointer that was pushed. */
  protected displacement = 0;

  constructor(insns: Insn[], frame: Frame | undefined) {
    super();
    this.frame = frame;
    this.pages = new NearPages(this.code, insns);
  }

  /** Leaves the region before the instruction, which the interpreter runs. */
  abstract leaveBefore(insn: Insn): void;

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

  #addContext(offset: number): void {
    this.context(offset);
    this.code.op(W.I64_ADD);
  }

  /** Pushes the host pointer of `bytes` at the r/m operand, or leaves the region before the instruction. */
  operand(insn: Insn, bytes: number, write: boolean): void {
    if (isStackOperand(insn) && this.#framePointer(insn.disp, bytes)) return;
    this.effectiveAddress(insn);
    this.pointerTo(insn, bytes, write, this.pages.of(insn));
  }

  /** Pushes the host pointer of 8 bytes at that distance from rSP. */
  stackPointer(insn: Insn, distance: number, write: boolean): void {
    if (this.#framePointer(distance, 8)) return;
    this.getRaw(RSP, 64);
    if (distance) {
      this.code.i64(distance);
      this.code.op(W.I64_ADD);
    }
    this.pointerTo(insn, 8, write, this.pages.stack);
  }

  /** Within the window of the frame the pointer is a constant away from a local. */
  #framePointer(distance: number, bytes: number): boolean {
    const { frame, stackOffset } = this;
    if (!frame || stackOffset === undefined) return false;
    const at = stackOffset + distance - frame.low;
    if (at < 0 || at + bytes > frame.size) return false;
    this.code.get(this.frameHost);
    this.displacement = at;
    return true;
  }

  /** The same for the address on the stack; `near` is the page that it probably lies in. */
  pointerTo(insn: Insn, bytes: number, write: boolean, near?: NearPage): void {
    this.displacement = 0;
    this.code.set(this.address);
    if (near && (near.write || !write)) this.#nearPointer(insn, bytes, write, near);
    else {
      this.#lastPage(bytes);
      this.#tlbPointer(insn, bytes, write);
    }
  }

  /** Puts the page of the access's last byte into the local `page`. */
  #lastPage(bytes: number): void {
    const { code } = this;
    code.get(this.address);
    if (bytes > 1) {
      code.i64(bytes - 1);
      code.op(W.I64_ADD);
    }
    code.i64(-4096);
    code.op(W.I64_AND);
    code.set(this.page);
  }

  /** The distance from the page of the last access is compared with what fits into a page, which leaves the TLB out. */
  #nearPointer(insn: Insn, bytes: number, write: boolean, near: NearPage): void {
    const { code } = this;
    code.get(this.address);
    code.get(near.page);
    code.op(W.I64_SUB);
    code.i64(4096 - bytes);
    code.op(W.I64_LE_U);
    code.get(near.valid);
    code.op(W.I32_AND);
    code.open(W.IF, W.I32);
    code.get(near.addend);
    code.else();
    this.#lastPage(bytes);
    this.tlbCompare(near.write);
    code.open(W.IF, W.I32);
    code.get(this.page);
    code.set(near.page);
    code.i32(1);
    code.set(near.valid);
    code.get(this.entry);
    code.memory(W.I32_LOAD, TLB_BASE + TLB_ADDEND);
    code.tee(near.addend);
    code.else();
    this.#slowPointer(insn, bytes, write);
    code.get(this.address);
    code.op(W.I32_WRAP_I64, W.I32_SUB);
    code.end();
    code.end();
    code.get(this.address);
    code.op(W.I32_WRAP_I64, W.I32_ADD);
  }

  #tlbPointer(insn: Insn, bytes: number, write: boolean): void {
    const { code } = this;
    this.tlbCompare(write);
    code.open(W.IF, W.I32);
    code.get(this.entry);
    code.memory(W.I32_LOAD, TLB_BASE + TLB_ADDEND);
    code.get(this.address);
    code.op(W.I32_WRAP_I64, W.I32_ADD);
    code.else();
    this.#slowPointer(insn, bytes, write);
    code.end();
  }

  /** Pushes whether the TLB has the page; one compare covers presence, permission and page crossing. */
  protected tlbCompare(write: boolean): void {
    const { code } = this;
    code.get(this.address);
    code.op(W.I32_WRAP_I64);
    code.i32(TLB_SHIFT);
    code.op(W.I32_SHR_U);
    code.i32(TLB_MASK);
    code.op(W.I32_AND);
    code.tee(this.entry);
    code.memory(W.I64_LOAD, TLB_BASE + (write ? TLB_WRITE_TAG : 0));
    code.get(this.page);
    code.op(W.I64_EQ);
  }

  /** Pushes the pointer that the kernel finds; what was known of other pages may have changed. */
  #slowPointer(insn: Insn, bytes: number, write: boolean): void {
    const { code } = this;
    code.get(this.address);
    code.i32(bytes);
    code.call(write ? F.WRITE : F.READ);
    code.tee(this.pointer);
    code.op(W.I32_EQZ);
    code.open(W.IF);
    this.leaveBefore(insn);
    code.end();
    this.forgetPages();
    code.get(this.pointer);
  }

  /** Mappings may have changed: pages are looked up again. The right to store stays while a region runs (frame.ts). */
  forgetPages(): void {
    this.emptyPages(this.pages.all.filter(({ write }) => !write));
  }

  protected emptyPages(pages: NearPage[]): void {
    for (const { valid } of pages) {
      this.code.i32(0);
      this.code.set(valid);
    }
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
    this.code.memory(opcode, this.displacement);
  }

  /** Loads or stores with a SIMD instruction at the host pointer that was pushed. */
  simdMemory(opcode: number, beyond = 0): void {
    this.code.simdMemory(opcode, this.displacement + beyond);
  }

  /** The same with a plain one. */
  plainMemory(opcode: number): void {
    this.code.memory(opcode, this.displacement);
  }

  /** Stores the value on the stack at the host pointer below it. */
  store(size: number): void {
    const opcode = size === 64 ? W.I64_STORE : size === 32 ? W.I32_STORE : size === 16 ? W.I32_STORE16 : W.I32_STORE8;
    this.code.memory(opcode, this.displacement);
  }
}
