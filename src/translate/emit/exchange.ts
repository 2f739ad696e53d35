// XCHG, XADD and CMPXCHG with memory, LOCK or not: one guest thread runs at a time, so nothing comes between (kernel/cpu/atomic.ts).
import * as T from '../../../abi/translate.ts';
import { pendingFlags } from '../flags-state.ts';
import type { Insn } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import { define } from './row.ts';

const RAX = 0;
const RAX_BIT = 1;

for (const size of [8, 16, 32, 64]) {
  define(`XCHG_MR${size}`, { size, uses: 'sS' }, (region, insn) => {
    const old = fetch(region, insn, size);
    region.code.get(region.pointer);
    region.getRaw(insn.src, size);
    region.store(size);
    region.code.get(old);
    region.setRegister(insn.src, size);
  });
  define(`XADD_MR${size}`, { size, uses: 'sS', flags: 'write' }, (region, insn) => {
    const { code } = region;
    const old = fetch(region, insn, size);
    keepOperand(region, region.a, size, () => code.get(old));
    keepOperand(region, region.b, size, () => region.getRaw(insn.src, size));
    code.get(region.pointer);
    code.get(old);
    region.getRaw(insn.src, size);
    code.op(size === 64 ? W.I64_ADD : W.I32_ADD);
    region.store(size);
    code.get(old);
    region.setRegister(insn.src, size);
    region.flags = pendingFlags(T.REGION_FLAGS_ADD, size);
  });
  define(`CMPXCHG_MR${size}`, { size, uses: 's', reads: RAX_BIT, writes: RAX_BIT, flags: 'write' }, (region, insn) =>
    compareExchange(region, insn, size),
  );
}

/** Leaves the pointer in `pointer` and what is there, zero-extended, in the local that it returns. */
function fetch(region: RegionWriter, insn: Insn, size: number): number {
  const old = size === 64 ? region.t64 : region.t32;
  region.operand(insn, size / 8, true);
  region.code.tee(region.pointer);
  region.load(size);
  region.code.set(old);
  return old;
}

/** An operand of the flags. */
function keepOperand(region: RegionWriter, local: number, size: number, push: () => void): void {
  push();
  region.widen(size);
  region.code.set(local);
}

/** Memory is written either way; rAX, where it differs, takes what was there. */
function compareExchange(region: RegionWriter, insn: Insn, size: number): void {
  const { code, u32: isEqual } = region;
  const old = fetch(region, insn, size);
  keepOperand(region, region.a, size, () => region.getRaw(RAX, size));
  keepOperand(region, region.b, size, () => code.get(old));
  region.getUnsigned(RAX, size);
  code.get(old);
  code.op(size === 64 ? W.I64_EQ : W.I32_EQ);
  code.set(isEqual);
  code.get(region.pointer);
  region.getRaw(insn.src, size);
  code.get(old);
  code.get(isEqual);
  code.op(W.SELECT);
  region.store(size);
  code.get(isEqual);
  code.op(W.I32_EQZ);
  code.open(W.IF);
  code.get(old);
  region.setRegister(RAX, size);
  code.end();
  region.flags = pendingFlags(T.REGION_FLAGS_SUB, size);
}
