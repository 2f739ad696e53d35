// Operand values at the edges of what vector instructions do, and random ones; always the same for a seed.

const F32_EDGES = [
  0, 1, 2, 0x7fffff, 0x7ffffe, 0x400000, 0x800000, 0x800001, 0x00ffffff, 0x01000000, 0x0b000000, 0x0c7fffff, 0x1f800000,
  0x20000000, 0x33800000, 0x34000000, 0x3effffff, 0x3f000000, 0x3f000001, 0x3f7fffff, 0x3f800000, 0x3f800001,
  0x3fc00000, 0x40000000, 0x40400000, 0x40200000, 0x4affffff, 0x4b000000, 0x4b7fffff, 0x4b800000, 0x4effffff,
  0x4f000000, 0x4f000001, 0x5effffff, 0x5f000000, 0x5f800000, 0x7e800000, 0x7f000000, 0x7f7ffffe, 0x7f7fffff,
  0x7f800000, 0x7f800001, 0x7fa12345, 0x7fbfffff, 0x7fc00000, 0x7fc54321, 0x7fffffff,
];
const F64_EDGES = [
  0n,
  1n,
  2n,
  0xfffffffffffffn,
  0x8000000000000n,
  0x10000000000000n,
  0x10000000000001n,
  0x1fffffffffffffn,
  0x20000000000000n,
  0x1ff0000000000000n,
  0x2000000000000000n,
  0x36a0000000000000n,
  0x380fffffe0000000n,
  0x380ffffff0000000n,
  0x3810000000000000n,
  0x380fffffffffffffn,
  0x380fffffefffffffn,
  0x36fffffff0000001n,
  0x3690000000000000n,
  0x3690000000000001n,
  0x3ca0000000000000n,
  0x3cb0000000000000n,
  0x3fdfffffffffffffn,
  0x3fe0000000000000n,
  0x3fe0000000000001n,
  0x3fefffffffffffffn,
  0x3ff0000000000000n,
  0x3ff0000000000001n,
  0x3ff8000000000000n,
  0x4000000000000000n,
  0x4004000000000000n,
  0x4008000000000000n,
  0x41dfffffffc00000n,
  0x41dfffffffe00000n,
  0x41e0000000000000n,
  0x41e0000000200000n,
  0x41efffffffe00000n,
  0x432fffffffffffffn,
  0x4330000000000000n,
  0x433fffffffffffffn,
  0x4340000000000000n,
  0x43dfffffffffffffn,
  0x43e0000000000000n,
  0x43e0000000000001n,
  0x47efffffdfffffffn,
  0x47efffffe0000000n,
  0x47efffffefffffffn,
  0x47effffff0000000n,
  0x7fd0000000000000n,
  0x7fe0000000000000n,
  0x7feffffffffffffen,
  0x7fefffffffffffffn,
  0x7ff0000000000000n,
  0x7ff0000000000001n,
  0x7ff4123456789abcn,
  0x7ff7ffffffffffffn,
  0x7ff8000000000000n,
  0x7ff8123412341234n,
  0x7fffffffffffffffn,
];
const INT_EDGES = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  3n,
  15n,
  16n,
  31n,
  32n,
  63n,
  64n,
  0x8000800080008000n,
  0x8080808080808080n,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0xffffffffffffffffn,
  0x0020000000000001n,
  0x001fffffffffffffn,
  0x7ffffffffffffdffn,
  0x7ffffffffffffe00n,
  0x0000000001000001n,
  0x7fffffbfn,
  0x7fffffc0n,
];

/** xorshift64*: 64 random bits a call. */
export class Random {
  private state: bigint;
  constructor(seed: number) {
    this.state = BigInt(seed) * 0x9e3779b97f4a7c15n + 1n;
  }
  next(): bigint {
    this.state ^= this.state >> 12n;
    this.state = BigInt.asUintN(64, this.state ^ (this.state << 25n));
    this.state ^= this.state >> 27n;
    return BigInt.asUintN(64, this.state * 0x2545f4914f6cdd1dn);
  }
  below(n: number): number {
    return Number(this.next() % BigInt(n));
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

const single = (r: Random): bigint => {
  const edge = r.below(4) ? BigInt(r.of(F32_EDGES)) : r.next() & 0x7fffffffn;
  return edge | (r.below(2) ? 0x80000000n : 0n);
};
/** Exponents near each other, so that sums cancel and round. */
const nearOne = (r: Random): bigint => BigInt(0x3f000000 + r.below(0x1800000)) | (r.below(2) ? 0x80000000n : 0n);
const double = (r: Random): bigint => {
  const edge = r.below(4) ? r.of(F64_EDGES) : r.next() >> 1n;
  return edge | (r.below(2) ? 1n << 63n : 0n);
};
const nearOneDouble = (r: Random): bigint =>
  (0x3fd0000000000000n + (r.next() & 0x7fffffffffffffn)) | (r.below(2) ? 1n << 63n : 0n);
const smallInteger = (r: Random): bigint => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, r.below(2000) / (r.below(2) ? 1 : 8) - 100);
  return view.getBigUint64(0);
};
const text = (r: Random): bigint => {
  let value = 0n;
  for (let i = 0; i < 8; i++) value = (value << 8n) | BigInt(r.below(9) ? 0x61 + r.below(4) : 0);
  return value;
};

const QUADS: ((r: Random) => bigint)[] = [
  (r) => single(r) | (single(r) << 32n),
  (r) => nearOne(r) | (nearOne(r) << 32n),
  double,
  double,
  nearOneDouble,
  smallInteger,
  (r) => r.of(INT_EDGES),
  (r) => r.next(),
  text,
];

/** A quadword of the given flavour; both operands of an instruction should have the same. */
export const quad = (r: Random, flavour: number): bigint => QUADS[flavour](r);
export const flavour = (r: Random): number => r.below(QUADS.length);
