// Makes a random instruction of an encoding of the isa tables, and the register values that let it do something.
import { sizesOf, formsOf } from '../../isa/generate/ops.ts';
import { type Encoding, FIRST_VEX_MAP, MAPS } from '../../isa/generate/parse.ts';
import type { Random } from './byte-strings.ts';
import { isRefusedBeforeSegment } from './maker.ts';
import { CODE, DATA, DATA_SIZE, PAGE, randomValue, READONLY, STACK, type TestCase } from './testcase.ts';

const RSP = 4;
const MANDATORY = [[], [0x66], [0xf3], [0xf2], []];
const SEGMENT_GS = 0x65;
const ADDRESS_SIZE = 0x67;
const LOCK = 0xf0;

/** The parts of an instruction before they are put together. */
interface Parts {
  prefixes: number[];
  rex: number;
  wide: boolean;
  modrm: number[];
  immediate: number[];
  vvvv: number;
  /** VEX.L: 256 bits. */
  long: number;
  /** Place of a RIP-relative displacement within modrm, and where it must lead. */
  ripTarget?: bigint;
}

export interface Choice {
  memory: boolean;
  /** One of sizesOf: '', 'w', 'd', 'q'. */
  size: string;
}

/** Images of the x87 unit, 80-bit values and masked moves: which part of a fault is reported first varies. */
export function hasLongOperand({ row }: Encoding): boolean {
  return row[2] === 'M' || row[2] === 'Mt' || /^VP?MASKMOV/.test(row[0]);
}

/** Every combination of operand size and register or memory form of an encoding. */
export function choicesOf(encoding: Encoding): Choice[] {
  return formsOf(encoding).flatMap((memory) => sizesOf(encoding).map((size) => ({ memory, size })));
}

/** What an instruction in the middle of others is given instead of choosing it. */
export interface Place {
  rip: bigint;
  gsBase: bigint;
  target: bigint;
}

export function randomCase(encoding: Encoding, choice: Choice, random: Random, place?: Place): TestCase {
  const gpr = BigUint64Array.from({ length: 16 }, () => randomValue(random));
  gpr[RSP] = STACK + BigInt(1024 + random.below(256) * 8 + (random.below(8) ? 0 : random.below(8)));
  const c: TestCase = {
    name: '',
    gpr,
    rflags: BigInt(random.next()) & 0x8d5n,
    rip: place?.rip ?? CODE + BigInt(random.below(6) ? 0x400 + random.below(0x400) : PAGE - 1 - random.below(14)),
    gsBase: place?.gsBase ?? 0n,
    code: new Uint8Array(),
  };
  const parts = prefixesOf(encoding, choice, random);
  if (encoding.modrm) modrm(encoding, choice, c, parts, random, place?.target);
  parts.immediate = immediates(encoding, choice, random);
  const byte = encoding.opcode + (encoding.span > 1 ? random.below(encoding.span) : 0);
  if (encoding.span === 8 && encoding.when.rexB === undefined && random.below(2)) parts.rex |= 1;
  c.code = assemble(encoding, parts, byte, c.rip);
  c.name = `${encoding.row[0]} ${encoding.row[2] ?? ''} ${choice.size}`;
  return c;
}

function prefixesOf(encoding: Encoding, choice: Choice, random: Random): Parts {
  const { when } = encoding;
  const wide = choice.size === 'q' ? !encoding.attributes.includes('d64') : when.size === 2;
  const prefixes = [...MANDATORY[when.prefix ?? 0]];
  const o16 = choice.size === 'w' || when.size === 0;
  if (o16 && when.prefix !== 1) prefixes.unshift(0x66);
  const lockable = choice.memory && encoding.attributes.includes('lock');
  if (lockable && !random.below(4)) prefixes.unshift(LOCK);
  const long = when.l ?? (encoding.family === 'avx' ? random.below(2) : 0);
  return { prefixes, rex: random.below(3) ? 0 : 0x40, wide, modrm: [], immediate: [], vvvv: random.below(16), long };
}

function modrm(
  encoding: Encoding,
  choice: Choice,
  c: TestCase,
  parts: Parts,
  random: Random,
  target = randomTarget(random),
): void {
  const { when } = encoding;
  const reg = when.reg ?? random.below(8);
  if (when.reg === undefined && when.rexR === undefined && random.below(2)) parts.rex |= 4;
  if (choice.memory) {
    addressOperand(reg, c, parts, random, target);
    return;
  }
  const rm = when.rm ?? random.below(8);
  if (when.rm === undefined && random.below(2)) parts.rex |= 1;
  parts.modrm = [0xc0 | (reg << 3) | rm];
}

/** Where memory operands lie: mostly in DATA, sometimes over its page border, sometimes where they fault. */
export function randomTarget(random: Random): bigint {
  switch (random.below(16)) {
    case 0:
      return DATA + BigInt(PAGE - 1 - random.below(16));
    case 1:
      return DATA + BigInt(DATA_SIZE - 1 - random.below(16));
    case 2:
      return READONLY + BigInt(random.below(PAGE - 16));
    case 3:
      return [0n, 0x123n, 0x800000000000n, 0xffff800000000000n, 0x7fffffffe000n][random.below(5)];
    default:
      return DATA + BigInt(64 + random.below(240) * 16 + (random.below(2) ? 0 : random.below(16)));
  }
}

/** Chooses an addressing form and sets its base register so that it leads to the target. */
function addressOperand(reg: number, c: TestCase, parts: Parts, random: Random, target: bigint): void {
  if (!random.below(8)) {
    parts.modrm = [(reg << 3) | 5, 0, 0, 0, 0];
    parts.ripTarget = target;
    return;
  }
  const base = random.below(16);
  const index = random.below(16);
  const indexed = index !== RSP && index !== base && random.below(2) === 1;
  const scale = random.below(4);
  const mode = (base & 7) === 5 ? 1 + random.below(2) : random.below(3);
  const displacement = mode === 0 ? 0 : mode === 1 ? (random.next() << 24) >> 24 : (random.next() << 4) >> 4;
  if (base >= 8) parts.rex |= 1;
  if (indexed && index >= 8) parts.rex |= 2;
  parts.modrm = [(mode << 6) | (reg << 3) | (indexed || (base & 7) === RSP ? RSP : base & 7)];
  if (indexed || (base & 7) === RSP) parts.modrm.push((scale << 6) | ((indexed ? index & 7 : RSP) << 3) | (base & 7));
  if (mode) parts.modrm.push(...littleEndian(displacement, mode === 1 ? 1 : 4));
  let value = target - BigInt(displacement);
  if (indexed) value -= c.gpr[index] << BigInt(scale);
  if (!random.below(8)) {
    parts.prefixes.unshift(ADDRESS_SIZE);
    value += BigInt(random.below(16)) << 32n;
  }
  const gsBase = c.gsBase || BigInt(random.below(0x1000) * 16);
  if (!random.below(8) && !isRefusedBeforeSegment(target - gsBase)) {
    parts.prefixes.unshift(SEGMENT_GS);
    c.gsBase = gsBase;
    value -= gsBase;
  }
  c.gpr[base] = BigInt.asUintN(64, value);
  c.pointers = indexed ? [base, index] : [base];
}

function immediates(encoding: Encoding, choice: Choice, random: Random): number[] {
  const bytes = encoding.operands.flatMap((operand): number[] => {
    const { letter, size } = operand;
    if (letter === 'J') return littleEndian(branchDistance(random), size === 'b' ? 1 : 4);
    if (letter === 'O') return [...littleEndian(Number(randomTarget(random) & 0x7fffffffn), 4), 0, 0, 0, 0];
    if (!'IuL'.includes(letter)) return [];
    const length =
      size === 'b' || letter === 'L'
        ? 1
        : size === 'w' || choice.size === 'w'
          ? 2
          : size === 'v' && choice.size === 'q'
            ? 8
            : 4;
    return littleEndian(randomValue(random), length);
  });
  return bytes;
}

/** Never back into the instruction itself, which could loop for ever. */
function branchDistance(random: Random): number {
  return random.below(2) ? random.below(128) : -16 - random.below(112);
}

function littleEndian(v: number | bigint, length: number): number[] {
  const value = BigInt.asUintN(64, BigInt(v));
  return Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

function assemble(encoding: Encoding, parts: Parts, opcode: number, rip: bigint): Uint8Array {
  if (parts.wide) parts.rex |= 8;
  const head = encoding.map >= FIRST_VEX_MAP ? vex(encoding, parts) : legacy(encoding, parts);
  const bytes = [...head, opcode, ...parts.modrm, ...parts.immediate];
  if (parts.ripTarget !== undefined) {
    const displacement = parts.ripTarget - (rip + BigInt(bytes.length));
    const at = head.length + 2;
    littleEndian(displacement, 4).forEach((byte, i) => {
      bytes[at + i] = byte;
    });
  }
  return Uint8Array.from(bytes);
}

function legacy(encoding: Encoding, parts: Parts): number[] {
  const escapeBytes = MAPS[encoding.map].match(/../g) ?? [];
  const rex = parts.rex ? [0x40 | parts.rex] : [];
  return [...parts.prefixes, ...rex, ...escapeBytes.map((byte) => Number.parseInt(byte, 16))];
}

function vex(encoding: Encoding, parts: Parts): number[] {
  const usesVvvv = encoding.operands.some((operand) => 'BH'.includes(operand.letter));
  const pp = encoding.when.prefix === 4 ? 0 : (encoding.when.prefix ?? 0);
  const vvvv = usesVvvv ? parts.vvvv : 0;
  const map = encoding.map - FIRST_VEX_MAP + 1;
  const prefixes = parts.prefixes.filter((byte) => byte === SEGMENT_GS || byte === ADDRESS_SIZE);
  const rxb = (~parts.rex & 7) << 5;
  const last = (parts.wide ? 0x80 : 0) | ((~vvvv & 15) << 3) | (parts.long << 2) | pp;
  return [...prefixes, 0xc4, rxb | map, last];
}
