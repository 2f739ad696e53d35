// The heart of the instruction tests: the interpreter against the CPU of this machine, bit for bit.
import { CODE, FX_REGISTERS, FX_SIZE, FX_UPPER, type State, type TestCase } from './testcase.ts';
import { runNative } from './native.ts';
import type { Machine } from './machine.ts';
import { reconcile } from './maker.ts';

/** CF PF AF ZF SF DF OF NT ID; the CPU also shows RF after faults. */
const VISIBLE_FLAGS = 0x204cd5n;
/** What is compared: fcw, fsw, ftw; mxcsr; st and xmm registers; upper halves of ymm. Not the last x87 addresses. */
const FX_PARTS = [
  [0, 5],
  [24, 28],
  [32, FX_REGISTERS],
  [FX_UPPER, FX_SIZE],
];
const SIGSEGV = 11;
const REGISTERS = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');

/** One line for each case whose outcome differs. */
export function differences(machine: Machine, cases: TestCase[]): string[] {
  if (!cases.length) return [];
  const expected = runNative(cases);
  return cases.flatMap((c, i) => {
    const wrong = stateDifferences(c, machine.run(c), expected[i]);
    return wrong.length ? [`${describe(c)}: ${wrong.join('; ')}`] : [];
  });
}

const hex = (v: bigint): string => v.toString(16);

export function describe(c: TestCase): string {
  const code = Array.from(c.code, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${c.name} [${code}] at +${hex(c.rip - CODE)}, rflags ${hex(c.rflags)}, ${registers(c.gpr)}${unit(c.fx)}`;
}

/** The x87 state of a case that has one. */
export function unit(fx?: Uint8Array): string {
  if (!fx) return '';
  const view = new DataView(fx.buffer, fx.byteOffset);
  const st = Array.from(
    { length: 8 },
    (_, i) => `${hex(BigInt(view.getUint16(40 + i * 16, true)))}:${hex(view.getBigUint64(32 + i * 16, true))}`,
  );
  const [fcw, fsw, ftw] = [0, 2, 4].map((at) => hex(BigInt(view.getUint16(at, true))));
  return ` fcw=${fcw} fsw=${fsw} ftw=${ftw} st ${st.join(' ')}`;
}

function registers(gpr: BigUint64Array): string {
  return Array.from(gpr, (v, i) => `${REGISTERS[i]}=${hex(v)}`).join(' ');
}

/** What the two outcomes of a case differ in. */
export function stateDifferences(c: TestCase, actual: State, expected: State, oracle = 'CPU'): string[] {
  const wrong: string[] = [];
  if (expected.isCode32) return wrong;
  reconcile(actual, expected);
  const flags = VISIBLE_FLAGS & ~(c.undefinedFlags ?? 0n);
  const check = (what: string, a: bigint, e: bigint): void => {
    if (a !== e) wrong.push(`${what} is ${hex(a)}, ${oracle} ${hex(e)}`);
  };
  check('signal', BigInt(actual.signal), BigInt(expected.signal));
  check('si_code', BigInt(actual.sigcode), BigInt(expected.sigcode));
  check('rip', actual.rip, expected.rip);
  if (!c.longOperand) check('si_addr', actual.address, expected.address);
  actual.gpr.forEach((v, i) => {
    check(REGISTERS[i], v, expected.gpr[i]);
  });
  check('gs base', actual.gsBase, expected.gsBase);
  check('fs base', actual.fsBase, expected.fsBase);
  check('rflags', actual.rflags & flags, expected.rflags & flags);
  const torn = c.longOperand && expected.signal === SIGSEGV;
  if (!torn) compareMemory(actual.words, expected.words, check);
  if (c.approximate && actual.fx && expected.fx) approximate(actual.fx, expected.fx);
  if (actual.fx && expected.fx) compareFx(actual.fx, expected.fx, check);
  return wrong;
}

type Check = (what: string, actual: bigint, expected: bigint) => void;

function compareMemory(actual: Map<bigint, bigint>, expected: Map<bigint, bigint>, check: Check): void {
  for (const va of new Set([...actual.keys(), ...expected.keys()])) {
    check(`word at ${hex(va)}`, actual.get(va) ?? 0n, expected.get(va) ?? 0n);
  }
}

const C1 = 2;
const UE = 0x10;

/** Of an exponent and mantissa as one number: below the smallest normal one. */
const isTiny = (value: bigint): boolean => ((value >> 63n) & 0x7fffn) === 0n;

/** Takes over from the CPU what an approximate case may differ in. */
function approximate(actual: Uint8Array, expected: Uint8Array): void {
  actual[3] = (actual[3] & ~C1) | (expected[3] & C1);
  const [a, e] = [actual, expected].map((fx) => new DataView(fx.buffer, fx.byteOffset));
  for (const at of [32, 48]) {
    // Exponent and mantissa as one number: neighbours differ by 1, across a power of two as well.
    const [x, y] = [a, e].map(
      (v) => (BigInt(v.getUint16(at + 8, true)) << 63n) | (v.getBigUint64(at, true) & ~(1n << 63n)),
    );
    if (x - y >= 2n || y - x >= 2n) continue;
    actual.set(expected.subarray(at, at + 10), at);
    // Of two neighbours around the smallest normal number only one has underflowed.
    if (isTiny(x) !== isTiny(y)) actual[2] = (actual[2] & ~UE) | (expected[2] & UE);
  }
}

function compareFx(actual: Uint8Array, expected: Uint8Array, check: Check): void {
  for (const [from, to] of FX_PARTS) {
    for (let i = from; i < to; i++) {
      const padding = i >= 32 && i < 160 && (i - 32) % 16 >= 10;
      if (!padding) check(`fx byte ${i}`, BigInt(actual[i]), BigInt(expected[i]));
    }
  }
}
