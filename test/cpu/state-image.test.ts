// The images that FXSAVE, FNSAVE, FNSTENV and XSAVE write, and what XRSTOR makes of them, byte for byte as this machine's CPU writes them, but for the addresses and
// the opcode of the last x87 instruction (FIP, FDP, FOP): processors differ in when they update them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from './byte-strings.ts';
import { stateDifferences } from './compare.ts';
import { Machine, newMachine } from './machine.ts';
import { MXCSR_MASK } from './maker.ts';
import { hasOracle, runNative } from './native.ts';
import { CODE, DATA, FX_SIZE, FX_UPPER, random64, type State, STACK, type TestCase } from './testcase.ts';
import { randomX87 } from './x87-operands.ts';

const SETS = Number(process.env.WBX_CPU_SETS ?? 20) * 10;
const IMAGE = DATA + 256n;
const [RAX, RCX, RDX, RBX] = [0, 1, 2, 3];
/** Components x87, SSE, AVX: those of this machine. */
const COMPONENTS = 8;
const RSP = 4;

interface Image {
  name: string;
  code: number[];
  /** Bytes of the image that are left out: from, to. */
  exempt: [from: number, to: number][];
}

const LEGACY: Image['exempt'] = [[6, 24], ...MXCSR_MASK];
/** mov [rcx + 512], rbx; mov eax, edx; fninit; xorps xmm1, xmm1 */
const BETWEEN = [0x48, 0x89, 0x99, 0, 2, 0, 0, 0x89, 0xd0, 0xdb, 0xe3, 0x0f, 0x57, 0xc9];

const IMAGES: Image[] = [
  { name: 'FXSAVE [rcx]', code: [0x0f, 0xae, 0x01], exempt: LEGACY },
  { name: 'FXSAVE64 [rcx]', code: [0x48, 0x0f, 0xae, 0x01], exempt: LEGACY },
  { name: 'FNSAVE [rcx]', code: [0xdd, 0x31], exempt: [[12, 24]] },
  { name: 'FNSTENV [rcx]', code: [0xd9, 0x31], exempt: [[12, 24]] },
  { name: 'XSAVE [rcx]', code: [0x0f, 0xae, 0x21], exempt: LEGACY },
  { name: 'XSAVE64 [rcx]', code: [0x48, 0x0f, 0xae, 0x21], exempt: LEGACY },
  { name: 'XSAVEC [rcx]', code: [0x0f, 0xc7, 0x21], exempt: LEGACY },
  { name: 'XSAVEOPT [rcx]', code: [0x0f, 0xae, 0x31], exempt: LEGACY },
  { name: 'XSAVE, other components, XRSTOR', code: [0x0f, 0xae, 0x21, ...BETWEEN, 0x0f, 0xae, 0x29], exempt: LEGACY },
];

const skip = hasOracle() ? false : 'needs an x86-64 Linux and gcc';
const machine = hasOracle() ? new Machine(await newMachine()) : undefined;

function randomState({ name, code }: Image, random: Random): TestCase {
  const gpr = new BigUint64Array(16);
  gpr[RCX] = IMAGE;
  for (const r of [RAX, RDX, RBX]) gpr[r] = BigInt(random.below(COMPONENTS));
  gpr[RSP] = STACK + 2048n;
  const fx = randomX87(random);
  const view = new DataView(fx.buffer);
  for (let at = FX_UPPER; at < FX_SIZE; at += 8) view.setBigUint64(at, random64(random), true);
  return { name, gpr, rflags: 2n, rip: CODE, gsBase: 0n, code: Uint8Array.from(code), fx };
}

function forget(state: State, exempt: Image['exempt']): void {
  for (const [from, to] of exempt) {
    for (let at = from; at < to; at++) {
      const va = IMAGE + BigInt(at & ~7);
      const word = state.words.get(va);
      if (word !== undefined) state.words.set(va, word & ~(0xffn << BigInt((at & 7) * 8)));
    }
  }
}

for (const image of IMAGES) {
  test(`${image.name} writes what the CPU writes`, { skip }, () => {
    const random = new Random(0x13579b);
    const cases = Array.from({ length: SETS }, () => randomState(image, random));
    const expected = runNative(cases);
    let written = 0;
    cases.forEach((c, i) => {
      const actual = machine?.run(c) as State;
      for (const state of [actual, expected[i]]) forget(state, image.exempt);
      if (actual.words.size > 3) written++;
      assert.deepEqual(stateDifferences(c, actual, expected[i]), [], c.name);
    });
    assert.ok(written > SETS / 2, 'images were written');
  });
}
