// Finds decoded instructions in the kernel's pages of records (kernel/cpu/code_page.ts), by offset from a region's entry page.
// Invariant: only what is decoded already is seen: code that never ran stays outside of regions.
import { CPU_BASE, REGION_TABLE_BASE } from '../../abi/box.ts';
import { CPU_CODE_EPOCH } from '../../abi/cpu.ts';
import { INSN_LINK, INSN_LINK2, INSN_OFF, INSN_OP, INSN_SIZE } from '../../abi/insn.ts';
import * as T from '../../abi/translate.ts';
import { OP_DECODE, OP_INT_LAST } from '../../isa/ops.gen.ts';
import type { Memory } from '../runtime/memory.ts';
import { type Insn, readInsn } from './insn.ts';

// The run loop's own operations, in the order of kernel/cpu/internal_ops.ts.
const OP_CHAIN = OP_INT_LAST + 1;
const OP_NEXT_PAGE = OP_INT_LAST + 2;
const OP_CROSS = OP_INT_LAST + 3;
const OP_PREPARE_EA = OP_INT_LAST + 4;
export const OP_CALL_FAR = OP_INT_LAST + 5;
export const OP_JMP_FAR = OP_INT_LAST + 6;

export interface CodePage {
  /** Bytes from the entry's page. */
  delta: number;
  ptr: number;
  frame: number;
  serial: number;
}

export class CodeReader {
  readonly pages = new Map<number, CodePage>();
  readonly #memory: Memory;
  readonly #entryPage: bigint;
  readonly #find: (va: bigint) => number;

  /** `find` is the kernel's wbx_code_page; the running address space is the one of `va`. */
  constructor(memory: Memory, find: (va: bigint) => number, va: bigint) {
    this.#memory = memory;
    this.#find = find;
    this.#entryPage = va & ~0xfffn;
  }

  /** For another region from the same page. */
  again(): CodeReader {
    return new CodeReader(this.#memory, this.#find, this.#entryPage);
  }

  /** The instruction at an offset, or undefined when it is not decoded or would need a page too many. */
  insn(at: number): Insn | undefined {
    const page = this.page(at & ~0xfff);
    if (!page) return undefined;
    const slot = this.#memory.view.getUint16(this.#memory.u32(page.ptr + T.CODE_PAGE_SLOTS) + (at & 0xfff) * 2, true);
    return slot ? this.#read(page, this.#record(page, slot - 1), at) : undefined;
  }

  /** Address of the record where a jump to the entry at this offset starts. */
  entryRecord(at: number): number {
    const page = this.page(at & ~0xfff)!;
    const slots = this.#memory.u32(page.ptr + T.CODE_PAGE_SLOTS);
    return this.#record(page, this.#memory.view.getUint16(slots + (at & 0xfff) * 2, true) - 1);
  }

  #record(page: CodePage, number: number): number {
    const chunk = this.#memory.u32(page.ptr + T.CODE_PAGE_CHUNKS + 4 * Math.floor(number / T.CODE_CHUNK_RECORDS));
    return chunk + (number % T.CODE_CHUNK_RECORDS) * INSN_SIZE;
  }

  #read(page: CodePage, start: number, at: number): Insn | undefined {
    let ptr = start;
    for (;;) {
      const op = this.#operation(ptr);
      if (op === OP_CHAIN) ptr = this.#memory.u32(ptr + INSN_LINK);
      else if (op === OP_CROSS) {
        if (!this.page(page.delta + 0x1000)) return undefined;
        if (this.#memory.u32(ptr + INSN_LINK2) !== this.#memory.u32(CPU_BASE + CPU_CODE_EPOCH)) return undefined;
        ptr = this.#memory.u32(ptr + INSN_LINK);
      } else if (op === OP_DECODE) return undefined;
      else if (page.delta + this.#memory.view.getUint16(ptr + INSN_OFF, true) !== at) return undefined;
      else if (op === OP_NEXT_PAGE) return undefined;
      else if (op === OP_PREPARE_EA) {
        const real = ptr + INSN_SIZE;
        return readInsn(this.#memory, real, this.#operation(real), page.delta, ptr);
      } else return readInsn(this.#memory, ptr, op, page.delta);
    }
  }

  /** A region's number hides the operation of the record where it starts. */
  #operation(ptr: number): number {
    const op = this.#memory.view.getUint16(ptr + INSN_OP, true);
    if (op < T.OP_REGION) return op;
    const header = this.#memory.u32(REGION_TABLE_BASE + 4 * (op - T.OP_REGION));
    return this.#memory.view.getUint16(header + T.REGION_RECORD + INSN_OP, true);
  }

  /** The decoded page that far from the entry's; those asked for are what the region depends on. */
  page(delta: number): CodePage | undefined {
    const known = this.pages.get(delta);
    if (known) return known;
    if (this.pages.size === T.REGION_MAX_PAGES) return undefined;
    const ptr = this.#find(this.#entryPage + BigInt(delta)) >>> 0;
    if (!ptr) return undefined;
    const frame = this.#memory.u32(ptr + T.CODE_PAGE_FRAME);
    const page = { delta, ptr, frame, serial: this.#memory.u32(ptr + T.CODE_PAGE_SERIAL) };
    this.pages.set(delta, page);
    return page;
  }
}
