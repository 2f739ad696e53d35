// IMUL, MUL, DIV, IDIV. Divisions that fault or have a dividend wider than the divisor are left to the interpreter.
import * as T from '../../../abi/translate.ts';
import { pendingFlags } from '../flags-state.ts';
import type { Insn } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import { define } from './row.ts';

const RAX = 0;
const RDX = 16;
const RAX_RDX = 1 | 4;

for (const size of [32, 64]) {
  define(`IMUL_RR${size}`, { size, uses: 'dsD', flags: 'write' }, (region, insn) => {
    region.getRaw(insn.dst, size);
    product(region, insn, size, () => region.getRaw(insn.src, size));
  });
  define(`IMUL_RM${size}`, { size, uses: 'dD', flags: 'write' }, (region, insn) => {
    region.operand(insn, size / 8, false);
    region.load(size);
    product(region, insn, size, () => region.getRaw(insn.dst, size));
  });
  define(`IMUL_RRI${size}`, { size, uses: 'sD', flags: 'write' }, (region, insn) => {
    region.getRaw(insn.src, size);
    product(region, insn, size, () => region.immediate(insn, size));
  });
  define(`IMUL_RMI${size}`, { size, uses: 'D', flags: 'write' }, (region, insn) => {
    region.operand(insn, size / 8, false);
    region.load(size);
    product(region, insn, size, () => region.immediate(insn, size));
  });
  for (const signed of [false, true]) defineWide(size, signed);
}

/** dst = the value on the stack * another. */
function product(region: RegionWriter, insn: Insn, size: number, second: () => void): void {
  const { code } = region;
  region.widen(size);
  code.set(region.a);
  second();
  region.widen(size);
  code.set(region.b);
  for (const local of [region.a, region.b]) {
    code.get(local);
    if (size < 64) code.op(W.I32_WRAP_I64);
  }
  code.op(size === 64 ? W.I64_MUL : W.I32_MUL);
  region.setRegister(insn.dst, size);
  region.flags = pendingFlags(T.REGION_FLAGS_IMUL, size);
}

function defineWide(size: number, signed: boolean): void {
  const i = signed ? 'I' : '';
  const register = (region: RegionWriter, insn: Insn) => region.getRaw(insn.dst, size);
  const memory = (region: RegionWriter, insn: Insn) => {
    region.operand(insn, size / 8, false);
    region.load(size);
  };
  for (const [form, uses, push] of [
    ['R', 'd', register],
    ['M', '', memory],
  ] as const) {
    define(`${i}MUL_${form}${size}`, { uses, reads: 1, writes: RAX_RDX, flags: 'write' }, (region, insn) => {
      push(region, insn);
      if (size === 32) wide32(region, signed);
      else wide64(region, signed);
    });
    define(`${i}DIV_${form}${size}`, { uses, reads: RAX_RDX, writes: RAX_RDX, stack: true }, (region, insn) => {
      push(region, insn);
      if (size === 32) divide32(region, insn, signed);
      else divide64(region, insn, signed);
    });
  }
}

/** EDX:EAX = EAX * the value on the stack; flags as MUL and IMUL leave them: whether the upper half matters. */
function wide32(region: RegionWriter, signed: boolean): void {
  const { code } = region;
  const extend = signed ? W.I64_EXTEND_I32_S : W.I64_EXTEND_I32_U;
  code.op(extend);
  region.getRaw(RAX, 32);
  code.op(extend, W.I64_MUL);
  code.tee(region.r);
  code.op(W.I32_WRAP_I64);
  region.setRegister(RAX, 32);
  code.get(region.r);
  code.i64(32);
  code.op(W.I64_SHR_U, W.I32_WRAP_I64);
  region.setRegister(RDX, 32);
  code.get(region.r);
  code.get(region.r);
  code.op(...(signed ? [W.I64_EXTEND32_S] : [W.I32_WRAP_I64, W.I64_EXTEND_I32_U]));
  code.op(W.I64_NE, W.I64_EXTEND_I32_U);
  code.set(region.a);
  region.flags = pendingFlags(T.REGION_FLAGS_PRODUCT, 32);
}

/** RDX:RAX = RAX * the value on the stack: four products of halves; for IMUL the high one is corrected for signs. */
function wide64(region: RegionWriter, signed: boolean): void {
  const { code } = region;
  const [x, y, low, mid] = [region.u64, region.b, region.t64, region.a];
  code.set(x);
  region.getRaw(RAX, 64);
  code.set(y);
  const half = (local: number, high: boolean) => {
    code.get(local);
    code.i64(high ? 32 : 0xffffffff);
    code.op(high ? W.I64_SHR_U : W.I64_AND);
  };
  const multiply = (xHigh: boolean, yHigh: boolean) => {
    half(x, xHigh);
    half(y, yHigh);
    code.op(W.I64_MUL);
  };
  multiply(false, false);
  code.set(low);
  multiply(true, false);
  half(low, true);
  code.op(W.I64_ADD);
  code.set(mid);
  multiply(false, true);
  half(mid, false);
  code.op(W.I64_ADD);
  code.set(low);
  multiply(true, true);
  half(mid, true);
  code.op(W.I64_ADD);
  half(low, true);
  code.op(W.I64_ADD);
  if (signed) {
    for (const [one, other] of [
      [x, y],
      [y, x],
    ]) {
      code.get(one);
      code.i64(63);
      code.op(W.I64_SHR_S);
      code.get(other);
      code.op(W.I64_AND, W.I64_SUB);
    }
  }
  region.setRegister(RDX, 64);
  code.get(x);
  code.get(y);
  code.op(W.I64_MUL);
  code.tee(region.r);
  region.setRegister(RAX, 64);
  region.getRaw(RDX, 64);
  if (signed) {
    code.get(region.r);
    code.i64(63);
    code.op(W.I64_SHR_S);
  } else code.i64(0);
  code.op(W.I64_NE, W.I64_EXTEND_I32_U);
  code.set(region.a);
  region.flags = pendingFlags(T.REGION_FLAGS_PRODUCT, 64);
}

/** Leaves when the i32 on the stack is not 0. */
function leaveIf(region: RegionWriter, insn: Insn): void {
  region.code.openUnlikely();
  region.markSide();
  region.leaveBefore(insn);
  region.code.end();
}

/** Divisors 0 and, where signs matter, -1, which could overflow the wasm division itself. */
function refuseDivisor(region: RegionWriter, insn: Insn, divisor: number, signed: boolean): void {
  const { code } = region;
  code.get(divisor);
  if (signed) {
    code.i64(1);
    code.op(W.I64_ADD);
    code.i64(1);
    code.op(W.I64_LE_U);
  } else code.op(W.I64_EQZ);
  leaveIf(region, insn);
}

function divide32(region: RegionWriter, insn: Insn, signed: boolean): void {
  const { code } = region;
  const [divisor, dividend, quotient] = [region.u64, region.t64, region.address];
  code.op(signed ? W.I64_EXTEND_I32_S : W.I64_EXTEND_I32_U);
  code.set(divisor);
  refuseDivisor(region, insn, divisor, signed);
  region.getRaw(RDX, 64);
  code.i64(32);
  code.op(W.I64_SHL);
  region.getRaw(RAX, 32);
  code.op(W.I64_EXTEND_I32_U, W.I64_OR);
  code.tee(dividend);
  code.get(divisor);
  code.op(signed ? W.I64_DIV_S : W.I64_DIV_U);
  code.tee(quotient);
  code.get(quotient);
  code.op(...(signed ? [W.I64_EXTEND32_S] : [W.I32_WRAP_I64, W.I64_EXTEND_I32_U]));
  code.op(W.I64_NE);
  leaveIf(region, insn);
  code.get(dividend);
  code.get(quotient);
  code.get(divisor);
  code.op(W.I64_MUL, W.I64_SUB, W.I32_WRAP_I64);
  region.setRegister(RDX, 32);
  code.get(quotient);
  code.op(W.I32_WRAP_I64);
  region.setRegister(RAX, 32);
}

function divide64(region: RegionWriter, insn: Insn, signed: boolean): void {
  const { code } = region;
  const [divisor, quotient] = [region.u64, region.t64];
  code.set(divisor);
  refuseDivisor(region, insn, divisor, signed);
  region.getRaw(RDX, 64);
  if (signed) {
    region.getRaw(RAX, 64);
    code.i64(63);
    code.op(W.I64_SHR_S, W.I64_NE);
  } else code.op(W.I64_EQZ, W.I32_EQZ);
  leaveIf(region, insn);
  region.getRaw(RAX, 64);
  code.get(divisor);
  code.op(signed ? W.I64_DIV_S : W.I64_DIV_U);
  code.set(quotient);
  region.getRaw(RAX, 64);
  code.get(quotient);
  code.get(divisor);
  code.op(W.I64_MUL, W.I64_SUB);
  region.setRegister(RDX, 64);
  code.get(quotient);
  region.setRegister(RAX, 64);
}
