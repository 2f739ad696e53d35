// Random sequences of instructions of the isa tables: each gets what it needs by a MOV of its pointers before it, most of the
// time; branches lead forward to other instructions or, by LOOP, back; stores hit data, page borders, holes and code.
import { ENCODINGS } from '../../../isa/encodings.ts';
import type { Encoding } from '../../../isa/generate/parse.ts';
import { Random } from '../byte-strings.ts';
import { choicesOf, hasLongOperand, type Place, randomCase, randomTarget } from '../encode.ts';
import { prepare } from '../integer-operands.ts';
import { isOftenUndefined, leavesFlagsUndefined, OTHER_MAKER } from '../maker.ts';
import { CODE, DATA, FX_REGISTERS, FX_SIZE, FX_UPPER, PAGE, randomValue, STACK, type TestCase } from '../testcase.ts';
import { flavour, quad, Random as VectorRandom } from '../vector/operands.ts';
import { randomX87 } from '../x87-operands.ts';
import { EXEMPT_INSTRUCTIONS } from './exempt.ts';

export interface Sequence extends TestCase {
  seed: number;
  /** Where each piece (an instruction with its preparation) starts in the code; and its end. */
  pieces: number[];
}

/** A branch to be aimed when all pieces are known. */
interface Branch {
  at: number;
  size: number;
  piece: number;
}

const RSP = 4;
const ADDRESS_SIZE = 0x67;
const DF = 0x400n;
const CLD = 0xfc;
const STD = 0xfd;

const usable = ENCODINGS.filter(
  (e) => !(e.row[0] in EXEMPT_INSTRUCTIONS) && choicesOf(e).some((choice) => !isOftenUndefined(e, choice)),
);
/** What ends a sequence, or nearly always does. */
const ending = usable.filter(
  (e) =>
    e.attributes.some((a) => a === 'op=GP' || a === 'op=UD') ||
    /^(INT|SYSCALL|IRET|RETF|RET$|CALLF|JMPF|HLT|RDPMC)/.test(e.row[0]),
);
const lasting = usable.filter((e) => !ending.includes(e));
const pools = (['integer', 'integer', 'integer', 'integer', 'x87', 'mmx', 'sse', 'sse', 'avx', 'avx'] as const).map(
  (family) => lasting.filter((e) => e.family === family),
);
const isDirect = (e: Encoding): boolean => e.operands.some((o) => o.letter === 'J');

export function randomSequence(seed: number, most = 40): Sequence {
  return new Writer(seed).write(most);
}

class Writer {
  private readonly random: Random;
  private readonly bytes: number[] = [];
  private readonly pieces: number[] = [];
  private readonly branches: Branch[] = [];
  private readonly sequence: Sequence;
  /** Jumps into the middle of instructions, and stores to code: any instruction may come of it, so makers must not differ. */
  private readonly wild = !OTHER_MAKER;

  constructor(seed: number) {
    const random = new Random(Math.imul(seed + 1, 0x9e3779b1) | 1);
    this.random = random;
    const gpr = BigUint64Array.from({ length: 16 }, () => randomValue(random));
    gpr[RSP] = STACK + BigInt(random.below(10) ? 2048 : random.below(PAGE));
    this.sequence = {
      name: `seed ${seed}`,
      seed,
      gpr,
      rflags: BigInt(random.next()) & 0x8d5n,
      rip: CODE + BigInt(random.below(PAGE)),
      gsBase: BigInt(random.below(0x1000) * 16),
      fsBase: BigInt(random.below(0x1000) * 16),
      code: new Uint8Array(),
      fx: randomUnits(random, seed),
      pieces: this.pieces,
    };
  }

  write(most: number): Sequence {
    for (let n = 4 + this.random.below(most); n > 0; n--) {
      this.pieces.push(this.bytes.length);
      this.add();
    }
    this.pieces.push(this.bytes.length);
    this.aim();
    this.sequence.code = Uint8Array.from(this.bytes);
    return this.sequence;
  }

  private add(): void {
    const { random } = this;
    const pool = random.below(120) ? pools[random.below(pools.length)] : ending;
    const encoding = pool[random.below(pool.length)];
    const choices = choicesOf(encoding).filter((choice) => !isOftenUndefined(encoding, choice));
    const choice = choices[random.below(choices.length)];
    const c = randomCase(encoding, choice, random, this.place(encoding));
    if (choice.memory && hasLongOperand(encoding)) this.sequence.longOperand = true;
    const random0 = c.gpr.slice();
    prepare(encoding, c, random);
    if (c.code[0] === ADDRESS_SIZE && !c.pointers) c.code = c.code.slice(1);
    const changed = [...c.gpr.keys()].filter((r) => c.gpr[r] !== random0[r] && r !== RSP);
    const needs = new Set([...(c.pointers ?? []), ...(changed.length < 4 ? changed : [])]);
    if (random.below(12)) for (const r of needs) this.load(r, c.gpr[r]);
    if (c.rflags & DF) this.bytes.push(STD);
    if (encoding.row[0] === 'JMP' || encoding.row[0] === 'CALL') this.aimRegister(encoding, choice.memory, c);
    if (isDirect(encoding)) this.branch(encoding, c);
    this.bytes.push(...c.code);
    if (leavesFlagsUndefined(encoding.row[0])) this.defineFlags();
    if (c.rflags & DF && random.below(4)) this.bytes.push(CLD);
  }

  /** cmp r64, imm32 */
  private defineFlags(): void {
    this.bytes.push(0x48, 0x81, 0xf8 | this.random.below(8));
    for (let i = 0; i < 4; i++) this.bytes.push(this.random.below(256));
  }

  private place(encoding: Encoding): Place {
    const { random } = this;
    const rip = this.sequence.rip + BigInt(this.bytes.length);
    // Vector operands mostly need alignment; code is changed now and then.
    let target = DATA + BigInt(64 + random.below(250) * 16);
    const kind = random.below(64);
    if (kind === 0) target = randomTarget(random);
    else if (kind === 1 && this.wild) target = rip + BigInt(random.below(64));
    else if (kind < 12 && !['sse', 'avx'].includes(encoding.family)) target += BigInt(random.below(16));
    else if (kind < 16) target = DATA + BigInt(PAGE - random.below(24));
    return { rip, gsBase: this.sequence.gsBase, target };
  }

  /** mov r64, imm64 */
  private load(register: number, value: bigint): void {
    this.bytes.push(0x48 | (register >> 3), 0xb8 | (register & 7));
    for (let i = 0n; i < 64n; i += 8n) this.bytes.push(Number((value >> i) & 0xffn));
  }

  /** Gives an indirect branch by register the address of a later piece. */
  private aimRegister(encoding: Encoding, memory: boolean, c: TestCase): void {
    if (memory || isDirect(encoding) || (this.wild && !this.random.below(8))) return;
    const last = c.code[c.code.length - 1] & 7;
    const register = c.code.some((byte) => (byte & 0xf1) === 0x41) ? last + 8 : last;
    this.load(register, 0n);
    this.branches.push({ at: this.bytes.length - 8, size: 8, piece: this.later() });
  }

  /** A direct branch: forward to another piece, LOOP sometimes back. */
  private branch(encoding: Encoding, c: TestCase): void {
    if (this.wild && !this.random.below(10)) return;
    const size = encoding.operands[0].size === 'b' ? 1 : 4;
    const back = encoding.row[0].startsWith('LOOP') && this.random.below(2);
    const piece = back ? Math.max(0, this.pieces.length - 1 - this.random.below(5)) : this.later();
    this.branches.push({ at: this.bytes.length + c.code.length - size, size, piece });
  }

  private later(): number {
    return this.pieces.length + this.random.below(4);
  }

  private aim(): void {
    for (const { at, size, piece } of this.branches) {
      const to = this.pieces[Math.min(piece, this.pieces.length - 1)];
      let value = size === 8 ? this.sequence.rip + BigInt(to) : BigInt(to - at - size);
      if (size === 1 && (value > 127n || value < -128n)) {
        if (this.wild) continue;
        value = 0n;
      }
      for (let i = 0; i < size; i++, value >>= 8n) this.bytes[at + i] = Number(value & 0xffn);
    }
  }
}

/** x87, MXCSR and vector registers; one state in six has an exception unmasked. */
function randomUnits(random: Random, seed: number): Uint8Array {
  const fx = randomX87(random);
  const view = new DataView(fx.buffer);
  const control = (random.next() & 0xe040) | 0x1f80;
  view.setUint32(24, random.below(6) ? control : control & ~(1 << (7 + random.below(6))), true);
  if (!random.below(6)) view.setUint16(0, view.getUint16(0, true) & ~(1 << random.below(6)), true);
  const vector = new VectorRandom(seed + 1);
  for (let at = 160; at < FX_SIZE; at += 16) {
    if (at === FX_REGISTERS) at = FX_UPPER;
    const kind = flavour(vector);
    for (const half of [0, 8]) view.setBigUint64(at + half, quad(vector, kind), true);
  }
  return fx;
}
