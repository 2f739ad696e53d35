// Pages of recent accesses, one for each of the registers that a region addresses memory by most: comparing with the last
// page costs half of what looking into the TLB does, and its result depends on no load.
// Invariant: an entry stands for what the TLB said since the kernel last had a chance to change mappings; after that
// RegionWriter.forgetPages empties all of them.
import { REG_ZERO } from '../../abi/cpu.ts';
import { OP_CALL, OP_LEAVE64, OP_POP_R64, OP_PUSH_I64, OP_PUSH_R64, OP_RET } from '../../isa/ops.gen.ts';
import { OP_CALL_FAR } from './code-reader.ts';
import { writesMemory } from './emit/row.ts';
import { type Insn, inMemory } from './insn.ts';
import type { Code } from './wasm/code.ts';
import { I32, I64 } from './wasm/opcodes.ts';

export interface NearPage {
  /**
   * Locals: va of the page; host pointer minus va; whether these hold. No va could say that by itself: a program may use any
   * number as an address, and must not reach memory of ours by one.
   */
  page: number;
  addend: number;
  valid: number;
  /** The page may also be stored to. */
  write: boolean;
}

const RSP = 32;
/** Each takes two host registers or stack slots all through the region. */
const MAX = 4;
const STACK = new Set<number>([OP_CALL, OP_CALL_FAR, OP_LEAVE64, OP_POP_R64, OP_PUSH_I64, OP_PUSH_R64, OP_RET]);

export class NearPages {
  readonly all: NearPage[] = [];
  readonly #byRegister = new Map<number, NearPage>();

  constructor(code: Code, insns: Insn[]) {
    const counts = new Map<number, number>();
    const written = new Set<number>([RSP]);
    for (const insn of insns) {
      const register = registerOf(insn);
      if (register === undefined) continue;
      counts.set(register, (counts.get(register) ?? 0) + 1);
      if (writesMemory(insn)) written.add(register);
    }
    const most = [...counts].filter(([, count]) => count > 1).sort(([, a], [, b]) => b - a);
    for (const [register] of most.slice(0, MAX)) {
      const near = {
        page: code.local(I64),
        addend: code.local(I32),
        valid: code.local(I32),
        write: written.has(register),
      };
      this.all.push(near);
      this.#byRegister.set(register, near);
    }
  }

  /** The page that the operand of an instruction probably lies in. */
  of(insn: Insn): NearPage | undefined {
    const register = registerOf(insn);
    return register === undefined ? undefined : this.#byRegister.get(register);
  }

  get stack(): NearPage | undefined {
    return this.#byRegister.get(RSP);
  }
}

/** By what an instruction addresses memory; several pushes and pops are accesses by rSP. */
function registerOf(insn: Insn): number | undefined {
  if (inMemory(insn)) {
    if (insn.special) return undefined;
    return insn.base === REG_ZERO ? insn.index : insn.base;
  }
  return STACK.has(insn.op) ? RSP : undefined;
}
