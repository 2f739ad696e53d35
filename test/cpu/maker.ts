// A box is an Intel processor (CPUID says so): where the manuals leave something to the maker, it does as Intel's do. On a
// machine of another maker the tests leave out exactly what is listed here, all of it seen to differ on AMD's Zen 4.
import { existsSync, readFileSync } from 'node:fs';
import type { Encoding } from '../../isa/generate/parse.ts';
import type { Choice } from './encode.ts';
import type { State, TestCase } from './testcase.ts';

const CPUINFO = '/proc/cpuinfo';
/** The oracle is not an Intel processor. */
export const OTHER_MAKER = existsSync(CPUINFO) && !readFileSync(CPUINFO, 'utf8').includes('GenuineIntel');

/** Estimates and orders of summation whose last bits the manual leaves open. */
const ESTIMATES = /^V?(RCP|RSQRT|DPP)/;
/** Misaligned operands of SHA: #GP on Intel's processors, fine on AMD's. */
const UNALIGNED_SHA = /^SHA.* u( |$)/;

/** A vector encoding (test/cpu/vector) that this machine's CPU is no oracle for. */
export function isMakersChoice(name: string): boolean {
  return OTHER_MAKER && (ESTIMATES.test(name) || UNALIGNED_SHA.test(name));
}

/** Bytes of MXCSR_MASK in the image of FXSAVE: AMD's MXCSR has a bit more, for misaligned operands. */
export const MXCSR_MASK: [from: number, to: number][] = OTHER_MAKER ? [[28, 32]] : [];

/** VCVTPS2PH that underflows unmasked: whether PE is set too. */
export const UNDERFLOW_WITHOUT_PE = OTHER_MAKER ? 'VCVTPS2PH' : '';

const [CF, PF, AF, ZF, SF, OF] = [1n, 4n, 0x10n, 0x40n, 0x80n, 0x800n];
export const ARITHMETIC_FLAGS = CF | PF | AF | ZF | SF | OF;

/** Flags that the manuals call undefined after an instruction whatever its operands are. */
const UNDEFINED: Record<string, bigint> = {
  ANDN: AF | PF,
  BEXTR: SF | AF | PF,
  BLSI: AF | PF,
  BLSMSK: AF | PF,
  BLSR: AF | PF,
  BZHI: AF | PF,
  DIV: ARITHMETIC_FLAGS,
  IDIV: ARITHMETIC_FLAGS,
  IMUL: SF | ZF | AF | PF,
  LZCNT: OF | SF | AF | PF,
  MUL: SF | ZF | AF | PF,
  TZCNT: OF | SF | AF | PF,
};
/** Those that depend on the count, which a sequence does not know beforehand. */
const COUNTED = new Set('RCL RCR ROL ROR SAR SHL SHLD SHR SHRD'.split(' '));

/** Whether flags after the instruction may differ from the oracle's, so that nothing may read them. */
export function leavesFlagsUndefined(mnemonic: string): boolean {
  return OTHER_MAKER && (mnemonic in UNDEFINED || COUNTED.has(mnemonic));
}

/** Those flags for a case of one instruction. */
export function undefinedFlags(encoding: Encoding, choice: Choice, c: TestCase): bigint {
  const mnemonic = encoding.row[0];
  if (!leavesFlagsUndefined(mnemonic)) return 0n;
  if (!COUNTED.has(mnemonic)) return UNDEFINED[mnemonic];
  const { width, count } = shiftOf(encoding, choice, c);
  if (count === 0) return 0n;
  const overflow = count === 1 ? 0n : OF;
  if (/^R/.test(mnemonic)) return overflow;
  return overflow | AF | (mnemonic !== 'SAR' && count >= width ? CF : 0n);
}

function shiftOf(encoding: Encoding, choice: Choice, c: TestCase): { width: number; count: number } {
  const width = encoding.operands[0].size === 'b' ? 8 : { w: 16, d: 32, q: 64 }[choice.size as 'w' | 'd' | 'q'];
  const { letter } = encoding.operands[encoding.operands.length - 1];
  const given = letter === '1' ? 1 : letter === 'C' ? Number(c.gpr[1] & 0xffn) : c.code[c.code.length - 1];
  return { width, count: given & (width === 64 ? 63 : 31) };
}

/** The register form of PREFETCHW is #UD elsewhere, far pointers with 64-bit offsets have 32 bits. */
function existsOnIntelOnly(mnemonic: string, choice: Choice): boolean {
  if (mnemonic === 'PREFETCHW') return !choice.memory;
  return /^((CALL|JMP)F|L[SFG]S)$/.test(mnemonic) && choice.size === 'q';
}

/** MOVSXD of 16 bits reads 4 bytes of which it uses 2. */
function readsTooMuch(encoding: Encoding, choice: Choice): boolean {
  return encoding.row[0] === 'MOVSXD' && choice.memory && encoding.when.size === 0;
}

/** An instruction of which even the result, or whether it exists, is the maker's choice. */
export function isUndefined(encoding: Encoding, choice: Choice, c: TestCase): boolean {
  const mnemonic = encoding.row[0];
  if (!OTHER_MAKER) return false;
  if (existsOnIntelOnly(mnemonic, choice)) return true;
  if (readsTooMuch(encoding, choice)) return true;
  if (!/^SH[LR]D$/.test(mnemonic) || choice.size !== 'w') return false;
  const { width, count } = shiftOf(encoding, choice, c);
  return count > width;
}

/** The same for an instruction of a sequence, which may be given any operands; AMD's MXCSR has a bit more. */
export function isOftenUndefined(encoding: Encoding, choice: Choice): boolean {
  const mnemonic = encoding.row[0];
  if (!OTHER_MAKER) return false;
  return (
    ESTIMATES.test(mnemonic) ||
    mnemonic === 'VCVTPS2PH' ||
    mnemonic === 'INT1' ||
    (/^SHA|^(FXRSTOR|V?LDMXCSR)$/.test(mnemonic) && choice.memory) ||
    existsOnIntelOnly(mnemonic, choice) ||
    readsTooMuch(encoding, choice) ||
    (/^SH[LR]D$/.test(mnemonic) && choice.size === 'w')
  );
}

/** AMD's processors look at an address before they add a segment's base as well. */
export function isRefusedBeforeSegment(offset: bigint): boolean {
  return OTHER_MAKER && BigInt.asUintN(64, BigInt.asIntN(48, offset)) !== BigInt.asUintN(64, offset);
}

/** Of the x87 status word: an unmasked exception is pending. */
const ERROR_SUMMARY = 0x80;
const SIGILL = 4;
const SIGTRAP = 5;
const SIGBUS = 7;
const SIGSEGV = 11;
const MEMORY_FAULTS = [SIGBUS, SIGSEGV];
const TRAP_TRACE = 2;
/** si_code of #GP. */
const SI_KERNEL = 0x80;

type Take = (actual: State, expected: State) => void;

/** How another maker's CPU reports a memory fault, by the instruction that meets it. */
const FAULTS: [why: string, is: (opcode: Uint8Array, sigcode: number) => boolean, take: Take][] = [
  [
    'REP CMPS and SCAS leave the flags of the last comparison, not those from before; CMPS reads rSI first',
    ([op]) => [0xa6, 0xa7, 0xae, 0xaf].includes(op),
    (a, e) => {
      [a.rflags, a.address, a.sigcode] = [e.rflags, e.address, e.sigcode];
    },
  ],
  [
    'a far return looks behind the operands that it drops before it looks at the selector',
    ([op]) => op === 0xca || op === 0xcb,
    (a, e) => {
      [a.sigcode, a.address] = [e.sigcode, e.address];
    },
  ],
  [
    'IRET reads its operands in another order',
    ([op]) => op === 0xcf,
    (a, e) => {
      a.address = e.address;
    },
  ],
  [
    'a call to no canonical address has not pushed its return address',
    ([op, modrm], sigcode) => sigcode === SI_KERNEL && op === 0xff && ((modrm >> 3) & 7) === 2,
    (a, e) => {
      a.words = e.words;
    },
  ],
  [
    'MASKMOVQ and MASKMOVDQU name the start of their operand, not the byte',
    (op) => isMaskedMove(op),
    (a, e) => {
      a.address = e.address;
    },
  ],
  [
    'a store of an MMX register that faults has not made the x87 registers MMX registers',
    ([map, op]) => map === 0x0f && [0x7e, 0x7f, 0xe7, 0xf7].includes(op),
    (a, e) => {
      a.fx = e.fx;
    },
  ],
  [
    'VCVTPS2PH has set no flags of MXCSR when its store faults',
    ([vex, map, , op]) => vex === 0xc4 && (map & 31) === 3 && op === 0x1d,
    (a, e) => {
      a.fx = e.fx;
    },
  ],
];

const isMaskedMove = ([first, second, , fourth]: Uint8Array): boolean =>
  (first === 0x0f && second === 0xf7) || (first === 0xc4 && fourth === 0xf7);

/** Takes over from another maker's CPU how it reports a fault of the instruction at which the case ended. */
export function reconcile(actual: State, expected: State): void {
  if (!OTHER_MAKER) return;
  const opcode = opcodeOf(expected);
  if (MEMORY_FAULTS.includes(expected.signal) && actual.signal === expected.signal) {
    for (const [, is, take] of FAULTS) if (is(opcode, expected.sigcode)) take(actual, expected);
  }
  // A single step behind an instruction whose flags are undefined.
  if (expected.signal === SIGTRAP && expected.sigcode === TRAP_TRACE)
    actual.rflags = (actual.rflags & ~ARITHMETIC_FLAGS) | (expected.rflags & ARITHMETIC_FLAGS);
  // INT1 is reported like a breakpoint of a debug register: before the instruction.
  if (expected.signal === SIGTRAP && opcode[0] === 0xf1 && actual.rip > expected.rip)
    [actual.rip, actual.address] = [expected.rip, expected.address];
}

/** A case that ran into something by a jump between instructions which has no counterpart there. */
export function ranApart(actual: State, expected: State): boolean {
  if (!OTHER_MAKER) return false;
  const [map, opcode, modrm] = opcodeOf(expected);
  if (expected.signal === SIGILL && map === 0x0f && opcode === 0x0d && modrm >= 0xc0) return true;
  // XSAVE and its like look at the alignment first, then for an address that is not canonical.
  if (map === 0x0f && opcode === 0xae) return true;
  // An x87 store looks at its memory before it reports an unmasked exception of its operand.
  const isX87 = (map & 0xf8) === 0xd8;
  return expected.signal === SIGSEGV && isX87 && ((actual.fx?.[2] ?? 0) & ERROR_SUMMARY) !== 0;
}

/** The instruction at which the case ended, without its prefixes. */
function opcodeOf({ code = new Uint8Array() }: State): Uint8Array {
  const isPrefix = (byte: number): boolean =>
    [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3].includes(byte) || (byte & 0xf0) === 0x40;
  return code.subarray(
    Math.max(
      0,
      code.findIndex((byte) => !isPrefix(byte)),
    ),
  );
}
