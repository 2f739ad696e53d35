// Condition codes from pending flags (SDM volume 2, appendix B.1.4): a comparison of the operands where one says it,
// otherwise the kernel's answer for flags put into memory.
import * as T from '../../abi/translate.ts';
import { countOf, operationOf, sizeOf } from './flags-state.ts';
import { CONDITION } from './functions.ts';
import type { RegionWriter } from './region-writer.ts';
import * as W from './wasm/opcodes.ts';

const CC_B = 1;
const CC_E = 2;
const CC_BE = 3;
const CC_S = 4;
const CC_P = 5;
const CC_L = 6;
const CC_LE = 7;

const CF = 1;
const PF = 4;
const ZF = 64;

/** By pair of conditions, the one without and the one with "not": of 32 and of 64 bits. */
const COMPARE: Record<number, [plain: [number, number], not: [number, number]]> = {
  [CC_B]: [
    [W.I32_LT_U, W.I64_LT_U],
    [W.I32_GE_U, W.I64_GE_U],
  ],
  [CC_E]: [
    [W.I32_EQ, W.I64_EQ],
    [W.I32_NE, W.I64_NE],
  ],
  [CC_BE]: [
    [W.I32_LE_U, W.I64_LE_U],
    [W.I32_GT_U, W.I64_GT_U],
  ],
  [CC_L]: [
    [W.I32_LT_S, W.I64_LT_S],
    [W.I32_GE_S, W.I64_GE_S],
  ],
  [CC_LE]: [
    [W.I32_LE_S, W.I64_LE_S],
    [W.I32_GT_S, W.I64_GT_S],
  ],
};

/** Pushes 1 or 0: does condition cc hold? Flags stay pending unless the kernel had to be asked. */
export function condition(region: RegionWriter, cc: number): void {
  const pair = cc >> 1;
  const not = (cc & 1) === 1;
  const { kind, carry, rotation } = region.flags;
  if (pair === CC_B && carry) {
    region.code.get(region.carry);
    if (not) region.code.op(W.I32_EQZ);
    return;
  }
  const kept = !rotation || pair === CC_E || pair === CC_S || pair === CC_P;
  if (kept && kind !== undefined && direct(region, kind, pair, not)) return;
  region.storeFlags();
  region.code.i32(cc);
  region.code.call(CONDITION);
}

function direct(region: RegionWriter, kind: number, pair: number, not: boolean): boolean {
  const size = sizeOf(kind);
  switch (operationOf(kind)) {
    case T.REGION_FLAGS_SUB:
      return afterSub(region, size, pair, not);
    case T.REGION_FLAGS_LOGIC:
      return afterLogic(region, size, pair, not);
    case T.REGION_FLAGS_ADD:
      if (pair === CC_B) {
        sum(region, size, W.I32_ADD, W.I64_ADD);
        extended(region, region.a, size);
        compare(region, CC_B, size, not);
        return true;
      }
      return ofResult(region, size, pair, not, () => sum(region, size, W.I32_ADD, W.I64_ADD));
    case T.REGION_FLAGS_INC:
    case T.REGION_FLAGS_DEC:
      if (pair === CC_B) {
        region.code.get(region.b);
        region.code.op(not ? W.I64_EQZ : W.I32_WRAP_I64);
        return true;
      }
      return ofResult(region, size, pair, not, () => step(region, kind));
    case T.REGION_FLAGS_SHL:
    case T.REGION_FLAGS_SHR:
    case T.REGION_FLAGS_SAR:
      if (pair === CC_B) return shiftedOut(region, kind, not);
      return ofResult(region, size, pair, not, () => extended(region, region.r, size));
    case T.REGION_FLAGS_ORDER:
      return ofOrder(region, pair, not);
    case T.REGION_FLAGS_ADC:
    case T.REGION_FLAGS_SBB:
      return ofResult(region, size, pair, not, () => extended(region, region.r, size));
    default:
      return false;
  }
}

function compare({ code }: RegionWriter, pair: number, size: number, not: boolean): void {
  const [plain, negated] = COMPARE[pair];
  code.op((not ? negated : plain)[size === 64 ? 1 : 0]);
}

/** Pushes a raw operand, sign-extended to 32 bits: the order of signed and of unsigned values survives that. */
function extended(region: RegionWriter, local: number, size: number): void {
  region.code.get(local);
  if (size === 64) return;
  region.code.op(W.I32_WRAP_I64);
  region.signExtend(size);
}

function sum(region: RegionWriter, size: number, op32: number, op64: number): void {
  const { code } = region;
  code.get(region.a);
  if (size < 64) code.op(W.I32_WRAP_I64);
  code.get(region.b);
  if (size < 64) code.op(W.I32_WRAP_I64);
  code.op(size === 64 ? op64 : op32);
  region.signExtend(size);
}

function step(region: RegionWriter, kind: number): void {
  const size = sizeOf(kind);
  const by = operationOf(kind) === T.REGION_FLAGS_INC ? 1 : -1;
  region.code.get(region.a);
  if (size < 64) region.code.op(W.I32_WRAP_I64);
  if (size === 64) region.code.i64(by);
  else region.code.i32(by);
  region.code.op(size === 64 ? W.I64_ADD : W.I32_ADD);
  region.signExtend(size);
}

function afterSub(region: RegionWriter, size: number, pair: number, not: boolean): boolean {
  if (COMPARE[pair]) {
    extended(region, region.a, size);
    extended(region, region.b, size);
    compare(region, pair, size, not);
    return true;
  }
  return ofResult(region, size, pair, not, () => sum(region, size, W.I32_SUB, W.I64_SUB));
}

function afterLogic(region: RegionWriter, size: number, pair: number, not: boolean): boolean {
  const { code } = region;
  switch (pair) {
    case 0:
    case CC_B:
      code.i32(not ? 1 : 0);
      return true;
    case CC_BE:
      return afterLogic(region, size, CC_E, not);
    case CC_L:
      return afterLogic(region, size, CC_S, not);
    case CC_LE:
      extended(region, region.r, size);
      if (size === 64) code.i64(0);
      else code.i32(0);
      compare(region, CC_LE, size, not);
      return true;
    default:
      return ofResult(region, size, pair, not, () => extended(region, region.r, size));
  }
}

/** E, S and P depend on the result alone, which `push` pushes sign-extended. */
function ofResult(region: RegionWriter, size: number, pair: number, not: boolean, push: () => void): boolean {
  const { code } = region;
  if (pair === CC_E) {
    push();
    code.op(size === 64 ? W.I64_EQZ : W.I32_EQZ);
    if (not) code.op(W.I32_EQZ);
    return true;
  }
  if (pair === CC_S) {
    push();
    if (size === 64) code.i64(0);
    else code.i32(0);
    compare(region, CC_L, size, not);
    return true;
  }
  if (pair !== CC_P) return false;
  push();
  if (size === 64) code.op(W.I32_WRAP_I64);
  code.i32(0xff);
  code.op(W.I32_AND, W.I32_POPCNT);
  code.i32(1);
  code.op(W.I32_AND);
  if (!not) code.op(W.I32_EQZ);
  return true;
}

/** CF, PF and ZF are all there is. */
function ofOrder({ code, r }: RegionWriter, pair: number, not: boolean): boolean {
  const mask = { [CC_B]: CF, [CC_E]: ZF, [CC_BE]: CF | ZF, [CC_LE]: ZF, [CC_P]: PF }[pair] ?? 0;
  if (mask === 0) {
    code.i32(not ? 1 : 0);
    return true;
  }
  code.get(r);
  code.op(W.I32_WRAP_I64);
  code.i32(mask);
  code.op(W.I32_AND, W.I32_EQZ);
  if (!not) code.op(W.I32_EQZ);
  return true;
}

function shiftedOut(region: RegionWriter, kind: number, not: boolean): boolean {
  const size = sizeOf(kind);
  const count = countOf(kind);
  const left = operationOf(kind) === T.REGION_FLAGS_SHL;
  if (left && count > size) return false;
  const { code } = region;
  if (operationOf(kind) === T.REGION_FLAGS_SAR && count > size) return false;
  code.get(region.a);
  code.i64(left ? size - count : count - 1);
  code.op(W.I64_SHR_U);
  code.i64(1);
  code.op(W.I64_AND, W.I32_WRAP_I64);
  if (not) code.op(W.I32_EQZ);
  return true;
}
