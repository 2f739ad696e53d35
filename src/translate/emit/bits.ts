// BSF BSR TZCNT LZCNT POPCNT of 32 and 64 bits, and the shifts of BMI2, which leave the flags alone.
import { REGION_FLAGS_ORDER } from '../../../abi/translate.ts';
import { pendingFlags } from '../flags-state.ts';
import type { Insn } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import { define } from './row.ts';

const CF = 1;
const PF = 4;
const ZF = 64;

/** The opcodes of one size. */
interface Opcodes {
  ctz: number;
  clz: number;
  popcnt: number;
  eqz: number;
}
const OPCODES: Record<number, Opcodes> = {
  32: { ctz: W.I32_CTZ, clz: W.I32_CLZ, popcnt: W.I32_POPCNT, eqz: W.I32_EQZ },
  64: { ctz: W.I64_CTZ, clz: W.I64_CLZ, popcnt: W.I64_POPCNT, eqz: W.I64_EQZ },
};

for (const size of [32, 64]) {
  const { ctz, clz, popcnt } = OPCODES[size];
  defineBoth('TZCNT', size, (region, insn, source) => count(region, insn, source, size, ctz, CF, ZF));
  defineBoth('LZCNT', size, (region, insn, source) => count(region, insn, source, size, clz, CF, ZF));
  defineBoth('POPCNT', size, (region, insn, source) => count(region, insn, source, size, popcnt, ZF, 0));
}

/** From a register and from memory; the operand is in the local that is passed. */
function defineBoth(
  name: string,
  size: number,
  emit: (region: RegionWriter, insn: Insn, source: number) => void,
  alsoRead = '',
): void {
  const local = (region: RegionWriter) => (size === 64 ? region.t64 : region.t32);
  define(`${name}_RR${size}`, { size, uses: `s${alsoRead}D`, flags: 'write' }, (region, insn) => {
    region.getRaw(insn.src, size);
    region.code.set(local(region));
    emit(region, insn, local(region));
  });
  define(`${name}_RM${size}`, { size, uses: `${alsoRead}D`, flags: 'write' }, (region, insn) => {
    region.operand(insn, size / 8, false);
    region.load(size);
    region.code.set(local(region));
    emit(region, insn, local(region));
  });
}

/** dst = the count; flags say whether the operand and whether the result is zero, all others become 0. */
function count(
  region: RegionWriter,
  insn: Insn,
  source: number,
  size: number,
  opcode: number,
  ofOperand: number,
  ofResult: number,
): void {
  const { code } = region;
  const { eqz } = OPCODES[size];
  const result = size === 64 ? region.u64 : region.u32;
  code.get(source);
  code.op(opcode);
  code.set(result);
  code.get(source);
  code.op(eqz);
  code.i32(Math.log2(ofOperand));
  code.op(W.I32_SHL);
  if (ofResult) {
    code.get(result);
    code.op(eqz);
    code.i32(Math.log2(ofResult));
    code.op(W.I32_SHL, W.I32_OR);
  }
  region.widen(32);
  code.set(region.r);
  region.flags = pendingFlags(REGION_FLAGS_ORDER, 64);
  code.get(result);
  region.setRegister(insn.dst, size);
}

/** BSF, BSR: dst stays as it is, all of it, when the operand is zero; PF follows the index. */
for (const size of [32, 64]) {
  for (const name of ['BSF', 'BSR']) {
    defineBoth(name, size, (region, insn, source) => scan(region, insn, source, size, name === 'BSR'), 'd');
  }
}

function scan(region: RegionWriter, insn: Insn, source: number, size: number, reverse: boolean): void {
  const { code } = region;
  const { ctz, clz, eqz } = OPCODES[size];
  code.get(source);
  code.op(reverse ? clz : ctz);
  if (size === 32) code.op(W.I64_EXTEND_I32_U);
  if (reverse) {
    // The index counts from the other end.
    code.i64(size - 1);
    code.op(W.I64_XOR);
  }
  code.set(region.u64);
  code.i64(ZF | PF);
  code.get(region.u64);
  code.op(W.I64_POPCNT);
  code.i64(1);
  code.op(W.I64_AND);
  code.i64(1);
  code.op(W.I64_XOR);
  code.i64(Math.log2(PF));
  code.op(W.I64_SHL);
  code.get(source);
  code.op(eqz, W.SELECT);
  code.set(region.r);
  region.flags = pendingFlags(REGION_FLAGS_ORDER, 64);
  region.getRaw(insn.dst, 64);
  code.get(region.u64);
  code.get(source);
  code.op(eqz, W.SELECT);
  region.setRegister(insn.dst, 64);
}

/** BMI2: dst = src shifted by the register of VEX.vvvv. */
const SHIFTS: [name: string, op32: number, op64: number][] = [
  ['SARX', W.I32_SHR_S, W.I64_SHR_S],
  ['SHLX', W.I32_SHL, W.I64_SHL],
  ['SHRX', W.I32_SHR_U, W.I64_SHR_U],
];
for (const [name, op32, op64] of SHIFTS) {
  for (const size of [32, 64]) {
    const shift = (region: RegionWriter, insn: Insn) => {
      // The host, too, takes the count modulo the size.
      region.getRaw(insn.aux, size);
      region.code.op(size === 64 ? op64 : op32);
      region.setRegister(insn.dst, size);
    };
    define(`${name}_RRR${size}`, { size, uses: 'sxD' }, (region, insn) => {
      region.getRaw(insn.src, size);
      shift(region, insn);
    });
    define(`${name}_RMR${size}`, { size, uses: 'xD' }, (region, insn) => {
      region.operand(insn, size / 8, false);
      region.load(size);
      shift(region, insn);
    });
  }
}
