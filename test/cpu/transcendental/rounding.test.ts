// F2XM1 FCOS FPATAN FPTAN FSIN FYL2X FYL2XP1 are correctly rounded, in every rounding mode: against 113 bits of exact.c. No CPU's are;
// by how much this machine's differs is printed. So what differs from it, and what a libm makes of that, is the CPU's own error.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { Random } from '../byte-strings.ts';
import { Machine, newMachine } from '../machine.ts';
import { hasOracle, runNative } from '../native.ts';
import type { State, TestCase } from '../testcase.ts';
import { caseAt, INSTRUCTIONS, POINTS } from './points.ts';

const EXACT = `build/test/exact-${process.pid}`;
const BIAS = 16383;
/** Exponents of results that are far from overflow and underflow, which cpu.test.ts compares. */
const FAR = 16000;
/** Bits behind the point of an error in ulps. */
const FRACTION = 40n;
const HALF = 2 ** -1 + 2 ** -30;
const MODES = ['to nearest', 'down', 'up', 'to zero'];

/** sign * significand * 2^exponent */
interface Value {
  sign: bigint;
  significand: bigint;
  exponent: number;
}

function value80(bytes: Uint8Array, at: number): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const top = view.getUint16(8, true);
  return { sign: sign(top), significand: view.getBigUint64(0, true), exponent: (top & 0x7fff) - BIAS - 63 };
}

function value128(bytes: Uint8Array, at: number): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const high = view.getBigUint64(8, true);
  const fraction = ((high & 0xffffffffffffn) << 64n) | view.getBigUint64(0, true);
  const top = Number(high >> 48n);
  return { sign: sign(top), significand: fraction | (1n << 112n), exponent: (top & 0x7fff) - BIAS - 112 };
}

const sign = (top: number): bigint => (top & 0x8000 ? -1n : 1n);

/** result - exact, in ulps of the result. */
function error(result: Value, exact: Value): number {
  const unit = result.exponent - Number(FRACTION);
  const scaled = ({ sign, significand, exponent }: Value): bigint => {
    const shift = BigInt(exponent - unit);
    return sign * (shift >= 0n ? significand << shift : significand >> -shift);
  };
  return Number(scaled(result) - scaled(exact)) / 2 ** Number(FRACTION);
}

function isRounded(mode: string, error: number, { sign }: Value): boolean {
  const slack = HALF - 0.5;
  if (mode === 'to nearest') return Math.abs(error) <= HALF;
  if (mode === 'to zero') return isRounded(sign > 0n ? 'down' : 'up', error, { sign } as Value);
  const towards = mode === 'down' ? -error : error;
  return towards >= -slack && towards <= 1 + slack;
}

/** The points with 113 bits of their exact results, where these are numbers far from the limits. */
function exactly(cases: TestCase[]): { c: TestCase; exact: Value }[] {
  const input = Buffer.concat(
    cases.flatMap(({ code, fx }) => [
      Uint8Array.of(code[1], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
      fx!.subarray(32, 64),
    ]),
  );
  const { stdout } = spawnSync(EXACT, { input, maxBuffer: 1 << 30 });
  assert.equal(stdout.length, cases.length * 16);
  return cases
    .map((c, i) => ({ c, exact: value128(stdout, i * 16) }))
    .filter(({ exact }) => Math.abs(exact.exponent + 112) < FAR);
}

/** FPTAN pushes a one behind its result. FPATAN and the logarithms pop. */
function resultOf({ fx }: State, name: string): Value {
  return value80(fx!, name === 'FPTAN' ? 48 : 32);
}

/** Denormals, and what the manual leaves undefined, are for cpu.test.ts. */
function isInDomain({ c: { name, fx } }: { c: TestCase }): boolean {
  const { sign, exponent } = value80(fx!, 32);
  if ([41, 57].some((top) => (fx![top] & 0x7f) === 0 && fx![top - 1] === 0)) return false;
  const power = exponent + 63;
  if (name === 'F2XM1') return power < 0;
  // Less than 1 - sqrt(1/2).
  if (name === 'FYL2XP1') return power < -2;
  if (name === 'FYL2X') return sign > 0n;
  return name === 'FPATAN' || power < 63;
}

const machine = hasOracle() ? new Machine(await newMachine()) : undefined;
if (machine) {
  mkdirSync('build/test', { recursive: true });
  execFileSync('gcc', ['-O1', '-o', EXACT, 'test/cpu/transcendental/exact.c', '-lm']);
}

for (const name of Object.keys(INSTRUCTIONS)) {
  if (name === 'FSINCOS') continue;
  test(`${name} is correctly rounded`, { skip: machine ? false : 'needs an x86-64 Linux and gcc' }, (t) => {
    const random = new Random(0x456789a + INSTRUCTIONS[name][1]);
    const cases = Array.from({ length: POINTS }, () => caseAt(name, random));
    const points = exactly(cases).filter(isInDomain);
    const native = runNative(points.map(({ c }) => c));
    const wrong: string[] = [];
    const count = { differ: 0, worst: 0, worstNative: 0, nearest: 0 };
    for (const [i, { c, exact }] of points.entries()) {
      const mode = MODES[(c.fx![1] >> 2) & 3];
      const ours = error(resultOf(machine!.run(c), name), exact);
      const theirs = error(resultOf(native[i], name), exact);
      if (!isRounded(mode, ours, exact))
        wrong.push(`${mode}: ${ours} ulp, exact ${exact.sign * exact.significand}p${exact.exponent}`);
      if (ours !== theirs) count.differ++;
      if (mode !== 'to nearest') continue;
      count.nearest++;
      count.worst = Math.max(count.worst, Math.abs(ours));
      count.worstNative = Math.max(count.worstNative, Math.abs(theirs));
    }
    t.diagnostic(
      `${name}: ${points.length} points, ${count.differ} not as this CPU; to nearest ${count.worst.toFixed(4)} ulp, CPU ${count.worstNative.toFixed(4)}`,
    );
    assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} of ${points.length}`);
    assert.ok(points.length > POINTS / 5, `${points.length} points`);
  });
}
