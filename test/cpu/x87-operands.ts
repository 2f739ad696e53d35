// States of the x87 unit that matter to its instructions: values at the edges of its formats, every rounding and precision.
import type { Random } from './byte-strings.ts';
import { FX_SIZE, random64, type TestCase } from './testcase.ts';

const ONE = 0x8000000000000000n;
/** Sign and exponent, mantissa. */
const EDGES: [number, bigint][] = [
  [0, 0n],
  [0, 1n],
  [0, 0x7fffffffffffffffn],
  [0, ONE],
  [1, ONE],
  [0x3fff, ONE],
  [0x3fff, 0xffffffffffffffffn],
  [0x4000, ONE],
  [0x3ffe, ONE],
  [0x401e, 0xffffffff00000000n],
  [0x403e, ONE],
  [0x43fe, 0xfffffffffffff800n],
  [0x3c00, ONE],
  [0x407e, 0xffffff8000000000n],
  [0x7ffe, 0xffffffffffffffffn],
  [0x7fff, ONE],
  [0x7fff, 0xc000000000000000n],
  [0x7fff, 0xa000000000000000n],
  [0x4000, 0xc90fdaa22168c235n],
];

function randomNumber(random: Random): [number, bigint] {
  const sign = random.below(2) << 15;
  if (!random.below(3)) {
    const [exponent, mantissa] = EDGES[random.below(EDGES.length)];
    return [sign | exponent, mantissa];
  }
  const near = 0x3fff - 40 + random.below(80);
  const exponent = random.below(8) ? near : random.below(0x7fff);
  const bits = random64(random) | ONE;
  const short = BigInt.asUintN(64, -1n << BigInt(random.below(64)));
  return [sign | exponent, random.below(2) ? bits : (bits & short) | ONE];
}

/** An FXSAVE image with all exceptions masked; one register in eight is empty. */
export function randomX87(random: Random): Uint8Array {
  const fx = new Uint8Array(FX_SIZE);
  const view = new DataView(fx.buffer);
  const precision = [0x300, 0x300, 0x200, 0][random.below(4)];
  view.setUint16(0, 0x7f | precision | (random.below(4) << 10), true);
  view.setUint16(2, (random.below(8) << 11) | (random.next() & 0x4700), true);
  view.setUint8(4, random.below(4) ? 0xff : random.below(256));
  view.setUint32(24, 0x1f80, true);
  for (let i = 0; i < 8; i++) {
    const [exponent, mantissa] = randomNumber(random);
    view.setBigUint64(32 + i * 16, mantissa, true);
    view.setUint16(40 + i * 16, exponent, true);
  }
  for (let i = 160; i < 416; i += 8) view.setBigUint64(i, random64(random), true);
  return fx;
}

export function withX87(c: TestCase, random: Random): TestCase {
  c.fx = randomX87(random);
  return c;
}
