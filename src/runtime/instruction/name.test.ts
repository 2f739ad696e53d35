// Names of instructions against an independent disassembler (iced-x86): every opcode of every map with all prefixes, operand forms and
// values of W and L that matter, EVEX and XOP as well.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CpuidFeature, Decoder, DecoderOptions, Instruction, Mnemonic } from 'iced-x86';
import { type InstructionName, instructionName } from './name.ts';

/** What only system software has, what few CPUs ever had, and hints, which no CPU refuses. */
const NOT_NAMED =
  /^(PREFETCHW|PREFETCHWT1|PREFETCHITI|CLDEMOTE|WBNOINVD|CET_IBT|VMX|INVEPT|INVVPID|INVPCID|SVM|SKINIT|SEV|TDX|SMM|SMX|SGX1|OSS|SMAP|FRED|MSR|WRMSRNS|LKGS|PCONFIG|TSE|HRESET|RMPQUERY|INVLPGB|MCOMMIT|PADLOCK|CYRIX|CENTAUR|GEODE|D3NOW_?GEODE|UDBG|KNC|AVX512_4|AVX512_VP2|CL1INVMB|ZALLOC|EMMI)/;
const RDSSP = /^RDSSP[DQ]$/;
/** What the disassembler adds for REX.W. */
const WIDTH = /^(V?PCMPESTR[MI]|XR?S\w+)64$/;
const LEVEL_1 =
  'INTEL8086 INTEL8086_ONLY INTEL186 INTEL286 INTEL386 INTEL486 X64 CPUID TSC RDPMC MSR PAUSE MULTIBYTENOP CMOV CX8 SEP SYSCALL FPU FPU287 FPU387 FPU387SL_ONLY CLFSH FXSR MMX SSE SSE2'.split(
    ' ',
  );
const LEVEL_2 = 'CMPXCHG16B SSE3 SSSE3 SSE4_1 SSE4_2 POPCNT'.split(' ');
const LEVEL_3 = 'AVX AVX2 FMA F16C BMI1 BMI2 MOVBE LZCNT XSAVE'.split(' ');

const bytes = Array.from({ length: 256 }, (_, i) => i);
/** Memory through SIB with a displacement, which all take that take memory, and registers; for each value of ModRM.reg. */
const OPERANDS = bytes
  .filter((byte) => byte >> 6 === 1 && (byte & 7) === 4)
  .flatMap((byte) => [byte, (byte & 0x38) | 0xc0]);

/** Its second opcode byte is what tells its instructions apart. */
const SYSTEM_GROUP = 1;

function* legacy(): Generator<number[]> {
  for (const prefix of [[], [0x66], [0xf3], [0xf2], [0x66, 0xf2]])
    for (const rex of [[], [0x48]])
      for (const map of [[0x0f], [0x0f, 0x38], [0x0f, 0x3a]])
        for (const opcode of bytes)
          for (const modrm of opcode === SYSTEM_GROUP ? bytes : OPERANDS)
            yield [...prefix, ...rex, ...map, opcode, modrm];
}

function* threeDNow(): Generator<number[]> {
  for (const opcode of bytes) {
    yield [0x0f, 0x0f, 0xc1, opcode];
    yield [0x0f, 0x0f, 0x44, 0xcb, 0x10, opcode];
  }
}

function* coded(first: number, maps: number[], lengths: number[]): Generator<number[]> {
  for (const map of maps)
    for (let last = 0; last < 8; last++)
      // vvvv names no register, or one.
      for (const opcode of bytes)
        for (const modrm of OPERANDS)
          for (const length of lengths)
            for (const vvvv of [0x78, 0x50])
              yield [first, map, ((last & 4) << 5) | vvvv | (last & 3), length, opcode, modrm];
}

/** The byte with L lies behind W and pp with EVEX, and is the same byte with VEX and XOP. */
function* vexOrXop(first: number, maps: number[]): Generator<number[]> {
  for (const [, map, last, length, ...rest] of coded(first, maps, [0, 4])) yield [first, map, last | length, ...rest];
}

function* evex(): Generator<number[]> {
  // A mask register, which gathers need; the third reserved bit is set.
  for (const [, map, last, ...rest] of coded(0x62, [0xf1, 0xf2, 0xf3, 0xf5, 0xf6], [0x08, 0x09, 0x28, 0x48, 0x49]))
    yield [0x62, map, last | 4, ...rest];
}

class Disassembler {
  readonly #instruction = new Instruction();

  /** Undefined: no instruction, or none that is to be named. */
  read(code: Uint8Array): { mnemonic: string; features: string[] } | undefined {
    const decoder = new Decoder(64, code, DecoderOptions.None);
    decoder.decodeOut(this.#instruction);
    decoder.free();
    if (this.#instruction.isInvalid) return undefined;
    const features = Array.from(this.#instruction.cpuidFeatures(), (feature) => CpuidFeature[feature]);
    return { mnemonic: Mnemonic[this.#instruction.mnemonic].toUpperCase().replace(WIDTH, '$1'), features };
  }
}

function levelOf(features: string[]): number {
  if (features.some((feature) => LEVEL_3.includes(feature))) return 3;
  return features.some((feature) => LEVEL_2.includes(feature)) ? 2 : 1;
}

const isLevel = (features: string[]): boolean =>
  features.every((feature) => [LEVEL_1, LEVEL_2, LEVEL_3].some((level) => level.includes(feature)));

/** What is wrong with a name. */
function difference(name: InstructionName | undefined, mnemonic: string, features: string[]): string | undefined {
  if (!name) return 'has no name';
  if (name.mnemonic !== mnemonic) return `is called ${name.mnemonic}`;
  if (isLevel(features) && name.level !== levelOf(features)) return `is of level ${name.level}`;
  return undefined;
}

const disassembler = new Disassembler();

function compare(codes: Iterable<number[]>): void {
  const wrong = new Map<string, string>();
  let compared = 0;
  for (const start of codes) {
    const code = new Uint8Array(15);
    code.set(start);
    const theirs = disassembler.read(code);
    if (!theirs || RDSSP.test(theirs.mnemonic) || theirs.features.some((feature) => NOT_NAMED.test(feature))) continue;
    const { mnemonic, features } = theirs;
    // Instructions that all CPUs have are never refused.
    if (isLevel(features) && levelOf(features) === 1) continue;
    compared++;
    const problem = difference(instructionName(code), mnemonic, features);
    if (problem) wrong.set(`${mnemonic} (${features.join(', ')}) ${problem}`, Buffer.from(start).toString('hex'));
  }
  assert.deepEqual([...wrong], []);
  assert.ok(compared > 20, `${compared} compared`);
}

test('legacy instructions have the names that a disassembler gives them', () => compare(legacy()));
test('so have those of 3DNow!', () => compare(threeDNow()));
test('so have VEX-coded ones', () => compare(vexOrXop(0xc4, [0xe1, 0xe2, 0xe3])));
test('so have EVEX-coded ones', () => compare(evex()));
test('so have XOP-coded ones', () => compare(vexOrXop(0x8f, [0xe8, 0xe9, 0xea])));

test('what nobody has, has no name', () => {
  for (const hex of ['0f 04', '0f 3b', 'c4 e2 79 ff c0', '62 f2 7d 48 ff c0', '8f e8 78 00 c0', '0f 0f c0 00'])
    assert.equal(instructionName(Buffer.from(hex.replaceAll(' ', ''), 'hex')), undefined, hex);
});
