// Writes accesses to guest memory: through the frame's window without a check, or through the extent that the register which
// addresses it was last seen in (abi/translate.ts). What lies elsewhere the kernel is asked for; then the region may be left.
// Invariant: a pointer is pushed before the instruction has changed anything, and used before the next one.
import { EXTENT_BASE } from '../../abi/box.ts';
import * as CPU from '../../abi/cpu.ts';
import * as I from '../../abi/insn.ts';
import * as T from '../../abi/translate.ts';
import { type Frame, isStackOperand } from './frame.ts';
import * as F from './functions.ts';
import { type Insn, inMemory } from './insn.ts';
import { RegisterWriter } from './register-writer.ts';
import * as W from './wasm/opcodes.ts';

const RSP = 32;

export abstract class MemoryWriter extends RegisterWriter {
  /** Address of the start of the entry's page. */
  readonly base = this.code.local(W.I64);
  readonly address = this.code.local(W.I64);
  readonly pointer = this.code.local(W.I32);
  /** The window of stack that needs no checks, and rSP's distance from where it was at the entry. */
  readonly frame: Frame | undefined;
  stackOffset: number | undefined;
  protected readonly frameHost = this.code.local(W.I32);
  protected readonly offset = this.code.local(W.I64);
  /** Constant offset of the next loads and stores from the pointer that was pushed. */
  protected displacement = 0;

  constructor(frame: Frame | undefined) {
    super();
    this.frame = frame;
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
    this.pointerTo(insn, bytes, write);
  }

  /** Pushes the host pointer of 8 bytes at that distance from rSP. */
  stackPointer(insn: Insn, distance: number, write: boolean): void {
    if (this.#framePointer(distance, 8)) return;
    this.getRaw(RSP, 64);
    if (distance) {
      this.code.i64(distance);
      this.code.op(W.I64_ADD);
    }
    this.pointerTo(insn, 8, write);
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

  /** The same for the address on the stack. */
  pointerTo(insn: Insn, bytes: number, write: boolean): void {
    const { code } = this;
    const cell = cellOf(insn, write);
    this.displacement = 0;
    code.tee(this.address);
    this.offsetInto(cell);
    this.hasRoom(cell);
    code.openLikely(W.I32);
    this.#hostOfOffset(cell);
    code.else();
    this.#askForExtent(insn, bytes, write, cell);
    code.end();
  }

  /** Turns the address on the stack into its distance from the extent's start, which is kept in the local `offset`. */
  protected offsetInto(cell: number): void {
    const { code } = this;
    code.i32(0);
    code.memory(W.I64_LOAD, cell + T.EXTENT_LO);
    code.op(W.I64_SUB);
    code.tee(this.offset);
  }

  /** Pushes whether an access may start at the distance on the stack. */
  protected hasRoom(cell: number): void {
    const { code } = this;
    code.i32(0);
    code.memory(W.I64_LOAD, cell + T.EXTENT_ROOM);
    code.op(W.I64_LT_U);
  }

  /** Pushes the host pointer of the local `offset`. */
  #hostOfOffset(cell: number): void {
    const { code } = this;
    code.get(this.offset);
    code.op(W.I32_WRAP_I64);
    code.i32(0);
    code.memory(W.I32_LOAD, cell + T.EXTENT_HOST);
    code.op(W.I32_ADD);
  }

  /** Pushes the pointer that the kernel finds for the local `address`. */
  #askForExtent(insn: Insn, bytes: number, write: boolean, cell: number): void {
    const { code } = this;
    code.get(this.address);
    code.i32(bytes);
    code.i32(write ? CPU.ACCESS_WRITE : CPU.ACCESS_READ);
    code.i32(cell);
    code.call(F.REFILL);
    code.tee(this.pointer);
    code.op(W.I32_EQZ);
    code.openUnlikely();
    this.leaveBefore(insn);
    code.end();
    code.get(this.pointer);
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

/** Cell of the register that an instruction addresses memory by: pushes and pops by rSP. */
function cellOf(insn: Insn, write: boolean): number {
  return cell(inMemory(insn) ? (insn.base < CPU.REG_ZERO ? insn.base : insn.index) : RSP, write);
}

/** Address of the cell of a register, by its offset in the CPU context; others share one. */
export function cell(register: number, write: boolean): number {
  const n = register < CPU.REG_ZERO ? register >> 3 : T.EXTENT_CELLS - 1;
  return EXTENT_BASE + (write ? T.EXTENT_STORES : 0) + n * T.EXTENT_CELL_SIZE;
}
