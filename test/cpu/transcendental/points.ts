// Points of the transcendental instructions' domains: below, around and above one, near multiples of pi/2, edges, anything.
import type { Random } from '../byte-strings.ts';
import { CODE, FX_SIZE, random64, STACK, type TestCase } from '../testcase.ts';

/** For each instruction. */
export const POINTS = Number(process.env.WBX_CPU_SETS ?? 20) * 50;
const RSP = 4;
const BIAS = 0x3fff;
const SIGN = 0x8000;
const MXCSR_INIT = 0x1f80;
/** Exceptions masked, all of the significand. */
const FCW = 0x37f;
/** One register is empty, for FPTAN and FSINCOS. */
const TAGS = 0x7f;

export const INSTRUCTIONS: Record<string, [number, number]> = {
  F2XM1: [0xd9, 0xf0],
  FCOS: [0xd9, 0xff],
  FPATAN: [0xd9, 0xf3],
  FPTAN: [0xd9, 0xf2],
  FSIN: [0xd9, 0xfe],
  FSINCOS: [0xd9, 0xfb],
  FYL2X: [0xd9, 0xf1],
  FYL2XP1: [0xd9, 0xf9],
};

type Number80 = readonly [exponent: number, significand: bigint];
const ONE = 0x8000000000000000n;

// biome-ignore format: one kind of value a line
const EDGES: Number80[] = [
  // Zero, denormal, smallest normal.
  [0, 0n], [0, 1n], [0, ONE - 1n], [0, ONE], [1, ONE], [2, ONE | 1n],
  // Where a result begins to differ from its operand, or from one.
  [BIAS - 65, ONE], [BIAS - 64, ONE], [BIAS - 63, 0xffffffffffffffffn], [BIAS - 33, ONE | 5n],
  // 1/8, 1 - sqrt(1/2), 1/4, 1/2, sqrt(1/2), pi/4, one, sqrt 2, pi/2, 2, pi, 2 pi, 5 pi and their neighbours.
  [BIAS - 3, ONE], [BIAS - 2, 0x95f619980c4336f7n], [BIAS - 2, ONE], [BIAS - 1, ONE],
  [BIAS - 1, 0xb504f333f9de6484n], [BIAS - 1, 0xc90fdaa22168c235n], [BIAS - 1, 0xffffffffffffffffn], [BIAS, ONE], [BIAS, ONE | 1n],
  [BIAS, 0xb504f333f9de6485n], [BIAS, 0xc90fdaa22168c234n], [BIAS, 0xc90fdaa22168c235n], [BIAS + 1, ONE],
  [BIAS + 1, 0xc90fdaa22168c235n], [BIAS + 2, 0xc90fdaa22168c235n], [BIAS + 3, 0xfb53d14aa9c2f2c2n],
  // The largest angles that are reduced, and the first that are not.
  [BIAS + 31, 0xffffffff00000000n], [BIAS + 62, 0xffffffffffffffffn], [BIAS + 63, ONE], [BIAS + 63, ONE | 1n],
  // Huge, infinite, signalling and quiet NaN.
  [BIAS + 1023, ONE], [0x7ffe, 0xffffffffffffffffn], [0x7fff, ONE], [0x7fff, ONE | 1n], [0x7fff, 0xc000000000001234n],
];

/** Below, around and above one, near a multiple of pi/2 by chance, anything; or an edge. */
function point(random: Random): Number80 {
  const sign = random.below(2) * SIGN;
  const significand = random64(random) | ONE;
  switch (random.below(6)) {
    case 0: {
      const [exponent, edge] = EDGES[random.below(EDGES.length)];
      return [sign | exponent, edge];
    }
    case 1:
      return [sign | (BIAS - 70 + random.below(72)), significand];
    case 2:
      return [sign | (BIAS - 1 + random.below(3)), significand];
    case 3:
      return [sign | (BIAS + random.below(64)), significand];
    case 4:
      return [sign | (BIAS - 4 + random.below(5)), significand];
    default:
      return [sign | random.below(0x7fff), significand];
  }
}

export function caseAt(name: string, random: Random): TestCase {
  const fx = new Uint8Array(FX_SIZE);
  const view = new DataView(fx.buffer);
  view.setUint16(0, FCW | (random.below(4) << 10), true);
  view.setUint8(4, TAGS);
  view.setUint32(24, MXCSR_INIT, true);
  for (let i = 0; i < 7; i++) {
    const [exponent, significand] = point(random);
    view.setBigUint64(32 + i * 16, significand, true);
    view.setUint16(40 + i * 16, exponent, true);
  }
  const gpr = new BigUint64Array(16);
  gpr[RSP] = STACK + 2048n;
  const code = Uint8Array.from(INSTRUCTIONS[name]);
  return { name, gpr, rflags: 2n, rip: CODE, gsBase: 0n, code, fx, approximate: true };
}
