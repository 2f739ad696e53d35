// Operands that let particular integer instructions do something interesting, where random ones would only fault.
import type { Encoding } from '../../isa/generate/parse.ts';
import type { Random } from './byte-strings.ts';
import { CODE, DATA, PAGE, type TestCase } from './testcase.ts';

const [RAX, RCX, RDX, RBX, , RBP, RSI, RDI] = [0, 1, 2, 3, 4, 5, 6, 7];
const DF = 0x400n;
const REP = [0xf2, 0xf3];

type Prepare = (c: TestCase, random: Random, encoding: Encoding) => void;

const string: Prepare = (c, random) => {
  for (const r of [RSI, RDI]) c.gpr[r] = DATA + BigInt(PAGE + random.below(512) - 256);
  if (!random.below(8)) c.gpr[RDI] = DATA + BigInt(2 * PAGE - random.below(64));
  if (!random.below(8)) c.gpr[RSI] = c.gpr[RDI] + BigInt(random.below(17) - 8);
  if (!random.below(4)) c.rflags |= DF;
  c.gpr[RCX] = BigInt(random.below(4) ? random.below(40) : random.below(600));
  if (random.below(3)) c.code = Uint8Array.of(REP[random.below(2)], ...c.code);
  if (!random.below(8)) c.code = Uint8Array.of(0x67, ...c.code);
};

/** Makes many quotients fit: the upper half of the dividend is the sign or little. */
const division: Prepare = (c, random) => {
  const kind = random.below(4);
  if (kind === 0) c.gpr[RDX] = 0n;
  else if (kind === 1) c.gpr[RDX] = BigInt.asUintN(64, BigInt.asIntN(64, c.gpr[RAX]) >> 63n);
  else if (kind === 2) c.gpr[RDX] = BigInt(random.below(1000));
};

/** Bit strings: keeps the bit offset, if it is a register, within reach of DATA most of the time. */
const bitString: Prepare = (c, random, encoding) => {
  const reg = encoding.operands.findIndex((o) => o.letter === 'G');
  if (reg < 0 || !random.below(4)) return;
  for (let r = 0; r < 16; r++) {
    if (c.gpr[r] >= DATA - 0x1000n && c.gpr[r] < DATA + 0x10000n) continue;
    if (r !== 4) c.gpr[r] &= 0x3ffn;
  }
};

/** Jumps through a register go somewhere in the code. */
const indirect: Prepare = (c, random) => {
  for (let r = 0; r < 16; r++) {
    if (r !== 4 && random.below(2) && (c.gpr[r] < DATA - 0x1000n || c.gpr[r] >= DATA + 0x10000n))
      c.gpr[r] = CODE + BigInt(random.below(2 * PAGE));
  }
};

const exchange: Prepare = (c, random) => {
  // Small values, so that rAX equals the operand now and then.
  for (let r = 0; r < 16; r++) if (r !== 4 && c.gpr[r] < 0x1000n) c.gpr[r] &= 1n;
  if (random.below(2)) c.gpr[RAX] &= 1n;
};

const counted: Prepare = (c, random) => {
  if (random.below(2)) c.gpr[RCX] = BigInt(random.below(3));
};

const frame: Prepare = (c) => {
  c.gpr[RBP] = c.gpr[4] + 64n;
};

const translate: Prepare = (c) => {
  c.gpr[RBX] = DATA + 100n;
};

const BY_MNEMONIC: Record<string, Prepare> = {
  BT: bitString,
  BTC: bitString,
  BTR: bitString,
  BTS: bitString,
  CALL: indirect,
  CMPS: string,
  CMPXCHG: exchange,
  DIV: division,
  ENTER: frame,
  IDIV: division,
  JMP: indirect,
  JRCXZ: counted,
  LEAVE: frame,
  LODS: string,
  LOOP: counted,
  LOOPE: counted,
  LOOPNE: counted,
  MOVS: string,
  SCAS: string,
  STOS: string,
  XLAT: translate,
};

export function prepare(encoding: Encoding, c: TestCase, random: Random): TestCase {
  BY_MNEMONIC[encoding.row[0]]?.(c, random, encoding);
  return c;
}
