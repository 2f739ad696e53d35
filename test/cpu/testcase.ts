// A test case of one or a few instructions, the state it leaves, and the memory both machines lay out for it.
// Layouts are those of native_runner.c.
import type { Random } from './byte-strings.ts';

export const CODE = 0x10000000n;
export const DATA = 0x20000000n;
export const READONLY = 0x20004000n;
export const STACK = 0x30000000n;
export const PAGE = 4096;
export const CODE_SIZE = 2 * PAGE;
export const DATA_SIZE = 2 * PAGE;
export const INT3 = 0xcc;

export const CASE_SIZE = 16 * 8 + 32 + 8;
/** Bytes of code in a result. */
export const INSTRUCTION = 16;
export const RESULT_SIZE = 16 * 8 + 40 + 16 + INSTRUCTION;
/** Registers of the FXSAVE image. */
export const FX_REGISTERS = 416;
/** An FXSAVE image, then the upper halves of the ymm registers. */
export const FX_SIZE = 512 + 256;
export const FX_UPPER = 512;

export interface TestCase {
  /** What a failure is reported as. */
  name: string;
  gpr: BigUint64Array;
  rflags: bigint;
  rip: bigint;
  gsBase: bigint;
  fsBase?: bigint;
  code: Uint8Array;
  /** Registers the memory operand is made of. */
  pointers?: number[];
  /** FXSAVE image and upper halves, when the batch carries them. */
  fx?: Uint8Array;
  /** ST(0) and ST(1) may differ in the last place, C1 at will: the CPU's own series are not specified to the last bit. */
  approximate?: boolean;
  /** Which byte of a long operand the CPU touches first varies, and a store that faults may be half done. */
  longOperand?: boolean;
  /** Flags that the makers of processors fill in differently: maker.ts. */
  undefinedFlags?: bigint;
}

export interface State {
  gpr: BigUint64Array;
  rflags: bigint;
  rip: bigint;
  address: bigint;
  gsBase: bigint;
  fsBase: bigint;
  signal: number;
  sigcode: number;
  /** The code at rip in the end, from the CPU. */
  code?: Uint8Array;
  /** The CPU ended the case in 32-bit code, which a far transfer can lead to. */
  isCode32?: boolean;
  /** Changed 8-byte words by address. */
  words: Map<bigint, bigint>;
  fx?: Uint8Array;
}

/** What DATA holds at the start of every case; xorshift32 as in native_runner.c. */
export function dataPattern(): Uint8Array {
  const pattern = new Uint8Array(DATA_SIZE);
  let x = 0x12345678;
  for (let i = 0; i < DATA_SIZE; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    pattern[i] = x >>> 8;
  }
  return pattern;
}

const EDGES = [0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn];
const HIGH_EDGES = [0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn, 0xffffffff80000000n];
const ALL_EDGES = [...EDGES, ...HIGH_EDGES];

export function random64(random: Random): bigint {
  return (BigInt(random.next()) << 32n) | BigInt(random.next());
}

/** A register value: an edge, something small, a sign-extended half, or anything. */
export function randomValue(random: Random): bigint {
  switch (random.below(5)) {
    case 0:
      return ALL_EDGES[random.below(ALL_EDGES.length)];
    case 1:
      return BigInt(random.below(256));
    case 2:
      return BigInt.asUintN(64, BigInt(random.next() | 0));
    default:
      return random64(random);
  }
}
