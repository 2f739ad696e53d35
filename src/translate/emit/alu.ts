// ADD OR ADC SBB AND SUB XOR CMP TEST, INC DEC NEG NOT.
import * as T from '../../../abi/translate.ts';
import { condition } from '../condition.ts';
import { DYNAMIC, pendingFlags } from '../flags-state.ts';
import type { Insn } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import { define } from './row.ts';

const SIZES = [8, 16, 32, 64];
const CC_B = 2;

interface Operation {
  name: string;
  op32: number;
  op64: number;
  flags: number;
  /** The result is thrown away. */
  compares?: boolean;
}

const OPERATIONS: Operation[] = [
  { name: 'ADD', op32: W.I32_ADD, op64: W.I64_ADD, flags: T.REGION_FLAGS_ADD },
  { name: 'AND', op32: W.I32_AND, op64: W.I64_AND, flags: T.REGION_FLAGS_LOGIC },
  { name: 'CMP', op32: W.I32_SUB, op64: W.I64_SUB, flags: T.REGION_FLAGS_SUB, compares: true },
  { name: 'OR', op32: W.I32_OR, op64: W.I64_OR, flags: T.REGION_FLAGS_LOGIC },
  { name: 'SUB', op32: W.I32_SUB, op64: W.I64_SUB, flags: T.REGION_FLAGS_SUB },
  { name: 'TEST', op32: W.I32_AND, op64: W.I64_AND, flags: T.REGION_FLAGS_LOGIC, compares: true },
  { name: 'XOR', op32: W.I32_XOR, op64: W.I64_XOR, flags: T.REGION_FLAGS_LOGIC },
];

for (const operation of OPERATIONS) {
  for (const size of SIZES) defineTwo(operation, size);
}

/** The value of the first operand is on the stack, `second` pushes the other; leaves the result in t32 or t64. */
function compute(
  region: RegionWriter,
  { op32, op64, flags, compares }: Operation,
  size: number,
  second: () => void,
): void {
  const { code } = region;
  const logic = flags === T.REGION_FLAGS_LOGIC;
  const result = size === 64 ? region.t64 : region.t32;
  if (!logic) {
    // Both operands stay behind for the flags.
    region.widen(size);
    code.set(region.a);
    second();
    region.widen(size);
    code.set(region.b);
    if (!compares) {
      for (const local of [region.a, region.b]) {
        code.get(local);
        if (size < 64) code.op(W.I32_WRAP_I64);
      }
      code.op(size === 64 ? op64 : op32);
      code.set(result);
    }
  } else {
    second();
    code.op(size === 64 ? op64 : op32);
    code.tee(result);
    region.widen(size);
    code.set(region.r);
  }
  region.flags = pendingFlags(flags, size);
}

function pushResult(region: RegionWriter, size: number): void {
  region.code.get(size === 64 ? region.t64 : region.t32);
}

function defineTwo(operation: Operation, size: number): void {
  const { name, compares } = operation;
  const write = compares ? '' : 'D';
  const flags = 'write';
  const toRegister = (region: RegionWriter, insn: Insn) => {
    if (compares) return;
    pushResult(region, size);
    region.setRegister(insn.dst, size);
  };
  define(`${name}_RR${size}`, { size, uses: `ds${write}`, flags }, (region, insn) => {
    const zeroes = (name === 'XOR' || name === 'SUB') && insn.dst === insn.src;
    if (zeroes && size >= 32) return clear(region, insn, size);
    region.getRaw(insn.dst, size);
    compute(region, operation, size, () => region.getRaw(insn.src, size));
    toRegister(region, insn);
  });
  define(`${name}_RI${size}`, { size, uses: `d${write}`, flags }, (region, insn) => {
    region.getRaw(insn.dst, size);
    compute(region, operation, size, () => region.immediate(insn, size));
    toRegister(region, insn);
  });
  define(`${name}_RM${size}`, { size, uses: `d${write}`, flags }, (region, insn) => {
    region.operand(insn, size / 8, false);
    region.load(size);
    const loaded = size === 64 ? region.u64 : region.u32;
    region.code.set(loaded);
    region.getRaw(insn.dst, size);
    compute(region, operation, size, () => region.code.get(loaded));
    toRegister(region, insn);
  });
  const memory = (form: string, uses: string, second: (region: RegionWriter, insn: Insn) => void) =>
    define(`${name}_M${form}${size}`, { size, uses, flags }, (region, insn) => {
      region.operand(insn, size / 8, !compares);
      if (!compares) region.code.tee(region.pointer);
      region.load(size);
      compute(region, operation, size, () => second(region, insn));
      if (compares) return;
      region.code.get(region.pointer);
      pushResult(region, size);
      region.store(size);
    });
  memory('R', 's', (region, insn) => region.getRaw(insn.src, size));
  memory('I', '', (region, insn) => region.immediate(insn, size));
}

/** XOR and SUB of a register with itself: a constant. */
function clear(region: RegionWriter, insn: Insn, size: number): void {
  region.code.i64(0);
  region.code.tee(region.r);
  region.code.set(region.register(insn.dst >> 3));
  region.dirty |= 1 << (insn.dst >> 3);
  region.flags = pendingFlags(T.REGION_FLAGS_LOGIC, size);
}

for (const size of [32, 64]) {
  for (const name of ['ADC', 'SBB']) {
    define(`${name}_RR${size}`, { size, uses: 'dsD', flags: 'read-write' }, (region, insn) => {
      region.getUnsigned(insn.src, size);
      withCarry(region, insn, size, name === 'ADC');
    });
    define(`${name}_RI${size}`, { size, uses: 'dD', flags: 'read-write' }, (region, insn) => {
      region.immediate(insn, size);
      withCarry(region, insn, size, name === 'ADC');
    });
    define(`${name}_RM${size}`, { size, uses: 'dD', flags: 'read-write' }, (region, insn) => {
      region.operand(insn, size / 8, false);
      region.load(size);
      withCarry(region, insn, size, name === 'ADC');
    });
  }
}

/** dst +- the value on the stack +- CF. The carry out is computed at once: the next instruction usually wants it. */
function withCarry(region: RegionWriter, insn: Insn, size: number, adds: boolean): void {
  const { code } = region;
  region.widen(size);
  code.set(region.u64);
  condition(region, CC_B);
  code.set(region.carry);
  region.getRaw(insn.dst, size);
  region.widen(size);
  code.set(region.a);
  code.get(region.u64);
  code.set(region.b);
  for (const local of [region.a, region.b]) code.get(local);
  code.op(adds ? W.I64_ADD : W.I64_SUB);
  code.get(region.carry);
  code.op(W.I64_EXTEND_I32_U, adds ? W.I64_ADD : W.I64_SUB);
  code.set(region.r);
  // The kind depends on the carry in, which is then replaced by the carry out.
  code.i32(pendingFlags(adds ? T.REGION_FLAGS_ADC : T.REGION_FLAGS_SBB, size).kind!);
  code.get(region.carry);
  code.i32(T.REGION_FLAGS_COUNT_SHIFT);
  code.op(W.I32_SHL, W.I32_OR);
  code.set(region.kind);
  carryOut(region, size, adds);
  code.get(region.r);
  if (size === 32) code.op(W.I32_WRAP_I64);
  region.setRegister(insn.dst, size);
  region.flags = { ...DYNAMIC, carry: true };
}

function carryOut(region: RegionWriter, size: number, adds: boolean): void {
  const { code } = region;
  if (size === 32) {
    // Operands are zero-extended: bit 32 of the result says it.
    code.get(region.r);
    code.i64(32);
    code.op(W.I64_SHR_U, W.I32_WRAP_I64);
    code.i32(1);
    code.op(W.I32_AND);
  } else {
    // ADC: r < a, or r = a when 1 came in; SBB: a < b, or a = b.
    const [x, y] = adds ? [region.r, region.a] : [region.a, region.b];
    code.get(x);
    code.get(y);
    code.op(W.I64_LT_U);
    code.get(x);
    code.get(y);
    code.op(W.I64_EQ);
    code.get(region.carry);
    code.op(W.I32_AND, W.I32_OR);
  }
  code.set(region.carry);
}

for (const size of SIZES) {
  for (const [name, by, flags] of [
    ['INC', 1, T.REGION_FLAGS_INC],
    ['DEC', -1, T.REGION_FLAGS_DEC],
  ] as const) {
    const step = (region: RegionWriter) => {
      region.widen(size);
      region.code.set(region.u64);
      keepCarry(region);
      region.code.get(region.u64);
      region.code.set(region.a);
      region.flags = pendingFlags(flags, size);
      region.code.get(region.a);
      region.code.i64(by);
      region.code.op(W.I64_ADD);
      if (size < 64) region.code.op(W.I32_WRAP_I64);
    };
    define(`${name}_R${size}`, { size, uses: 'dD', flags: 'read-write' }, (region, insn) => {
      region.getRaw(insn.dst, size);
      step(region);
      region.setRegister(insn.dst, size);
    });
    define(`${name}_M${size}`, { size, uses: '', flags: 'read-write' }, (region, insn) => {
      region.operand(insn, size / 8, true);
      region.code.tee(region.pointer);
      region.load(size);
      step(region);
      const result = size === 64 ? region.t64 : region.t32;
      region.code.set(result);
      region.code.get(region.pointer);
      region.code.get(result);
      region.store(size);
    });
  }
  define(`NEG_R${size}`, { size, uses: 'dD', flags: 'write' }, (region, insn) => {
    const { code } = region;
    region.getRaw(insn.dst, size);
    region.widen(size);
    code.set(region.b);
    code.i64(0);
    code.tee(region.a);
    code.get(region.b);
    code.op(W.I64_SUB);
    if (size < 64) code.op(W.I32_WRAP_I64);
    region.setRegister(insn.dst, size);
    region.flags = pendingFlags(T.REGION_FLAGS_SUB, size);
  });
  define(`NOT_R${size}`, { size, uses: 'dD' }, (region, insn) => {
    region.getRaw(insn.dst, size);
    if (size === 64) region.code.i64(-1);
    else region.code.i32(-1);
    region.code.op(size === 64 ? W.I64_XOR : W.I32_XOR);
    region.setRegister(insn.dst, size);
  });
}

/** Puts CF, which INC and DEC keep, into the local b. */
function keepCarry(region: RegionWriter): void {
  if (!region.flagsNeeded) return;
  condition(region, CC_B);
  region.code.op(W.I64_EXTEND_I32_U);
  region.code.set(region.b);
}
