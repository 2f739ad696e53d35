// The images that FXSAVE, FNSAVE and FNSTENV write, byte for byte as this machine's CPU writes them, but for the addresses and
// the opcode of the last x87 instruction (FIP, FDP, FOP): processors differ in when they update them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from './byte-strings.ts';
import { stateDifferences } from './compare.ts';
import { Machine, newMachine } from './machine.ts';
import { MXCSR_MASK } from './maker.ts';
import { hasOracle, runNative } from './native.ts';
import { CODE, DATA, type State, STACK, type TestCase } from './testcase.ts';
import { randomX87 } from './x87-operands.ts';

const SETS = Number(process.env.WBX_CPU_SETS ?? 20) * 10;
const IMAGE = DATA + 256n;
const RAX = 0;
const RSP = 4;

interface Image {
  name: string;
  code: number[];
  /** Bytes of the image that are left out: from, to. */
  exempt: [from: number, to: number][];
}

const IMAGES: Image[] = [
  { name: 'FXSAVE [rax]', code: [0x0f, 0xae, 0x00], exempt: [[6, 24], ...MXCSR_MASK] },
  { name: 'FXSAVE64 [rax]', code: [0x48, 0x0f, 0xae, 0x00], exempt: [[6, 24], ...MXCSR_MASK] },
  { name: 'FNSAVE [rax]', code: [0xdd, 0x30], exempt: [[12, 24]] },
  { name: 'FNSTENV [rax]', code: [0xd9, 0x30], exempt: [[12, 24]] },
];

const skip = hasOracle() ? false : 'needs an x86-64 Linux and gcc';
const machine = hasOracle() ? new Machine(await newMachine()) : undefined;

function randomState({ name, code }: Image, random: Random): TestCase {
  const gpr = new BigUint64Array(16);
  gpr[RAX] = IMAGE;
  gpr[RSP] = STACK + 2048n;
  const fx = randomX87(random);
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
    cases.forEach((c, i) => {
      const actual = machine?.run(c) as State;
      for (const state of [actual, expected[i]]) forget(state, image.exempt);
      assert.ok(actual.words.size > 3, 'an image was written');
      assert.deepEqual(stateDifferences(c, actual, expected[i]), [], c.name);
    });
  });
}
