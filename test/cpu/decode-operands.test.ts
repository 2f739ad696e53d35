// What the decoder says about operands against iced-x86: operation and width, registers, address, immediate, branch target.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Code,
  Decoder,
  DecoderOptions,
  Instruction,
  Mnemonic,
  OpCodeOperandKind,
  type OpCodeInfo,
  OpKind,
  Register,
} from 'iced-x86';
import { REG_FS_BASE, REG_GS_BASE, REG_RIP_PAGE, REG_ZERO } from '../../abi/cpu.ts';
import * as insn from '../../abi/insn.ts';
import { OP_AVX_FIRST, OP_INT_LAST } from '../../isa/ops.gen.ts';
import { allOpcodes, Random, randomInstruction } from './byte-strings.ts';
import { decode, field, OFFSET, WINDOW } from './decoder.ts';

const PAGE = 0x7f12_3456_7000n;
/** Recognisable values of the registers an address is made of, by offset in the CPU context. */
const VALUES = new Map<number, bigint>([
  [REG_ZERO, 0n],
  [REG_RIP_PAGE, PAGE],
  [REG_FS_BASE, 0x1111_2222_3333_4440n],
  [REG_GS_BASE, 0x0555_6666_7777_8880n],
]);
for (let n = 0; n < 16; n++) VALUES.set(8 * n, BigInt.asUintN(64, 0x9e37_79b9_7f4a_7c15n * BigInt(n + 1)));

/** First register of each class iced knows, its count, and whether AH..BH stand in between. */
const CLASSES: [first: number, count: number][] = [
  [Register.AX, 16],
  [Register.EAX, 16],
  [Register.RAX, 16],
  [Register.ES, 6],
  [Register.XMM0, 16],
  [Register.YMM0, 16],
  [Register.ST0, 8],
  [Register.MM0, 8],
];

/** Offset in the CPU context that stands for a register. */
function offsetOf(register: number): number {
  if (register >= Register.AL && register <= Register.R15L) {
    const n = register - Register.AL;
    if (n < 4) return 8 * n;
    return n < 8 ? 8 * (n - 4) + 1 : 8 * (n - 4);
  }
  for (const [first, count] of CLASSES)
    if (register >= first && register < first + count) return 8 * (register - first);
  return REG_ZERO;
}

function ourAddress(): bigint {
  const scale = field.scale();
  const slow = (field.flags() & insn.INSN_EA_SLOW) !== 0;
  let sum = VALUES.get(field.base())! + (VALUES.get(field.index())! << BigInt(scale & insn.EA_SCALE));
  sum += BigInt(field.disp());
  if (!slow) return BigInt.asUintN(64, sum);
  if (scale & insn.EA_MOFFS) sum = field.imm();
  if (scale & insn.EA_FAR) sum += 2n ** 32n;
  sum = BigInt.asUintN(field.flags() & insn.INSN_ADDR32 ? 32 : 64, sum);
  return BigInt.asUintN(
    64,
    sum + (scale & insn.EA_FS ? VALUES.get(REG_FS_BASE)! : scale & insn.EA_GS ? VALUES.get(REG_GS_BASE)! : 0n),
  );
}

function theirAddress(i: Instruction): bigint {
  const short =
    [i.memoryBase, i.memoryIndex].some((r) => r >= Register.EAX && r <= Register.R15D) || i.memoryDisplSize === 4;
  const relative = i.memoryBase === Register.RIP || i.memoryBase === Register.EIP;
  const base = relative ? 0n : VALUES.get(offsetOf(i.memoryBase))!;
  const index = i.isVsib ? 0n : VALUES.get(offsetOf(i.memoryIndex))!;
  let sum = base + index * BigInt(i.memoryIndexScale) + i.memoryDisplacement;
  if (relative ? i.memoryBase === Register.EIP : short) sum = BigInt.asUintN(32, sum);
  if (i.mnemonic === Mnemonic.Lea) return BigInt.asUintN(64, sum);
  const segment =
    i.memorySegment === Register.FS ? REG_FS_BASE : i.memorySegment === Register.GS ? REG_GS_BASE : REG_ZERO;
  return BigInt.asUintN(64, sum + VALUES.get(segment)!);
}

/** Registers that iced lists and that the operation implies. */
const IMPLIED: [mnemonics: RegExp, registers: number[]][] = [
  [/^F/, [Register.ST0, Register.AX]],
  [/^(Stos|Lods|Scas)[bwdq]$/, [Register.AL, Register.AX, Register.EAX, Register.RAX]],
];

function theirRegisters(i: Instruction, mnemonic: string): number[] {
  const implied = IMPLIED.find(([pattern]) => pattern.test(mnemonic))?.[1] ?? [];
  const list: number[] = [];
  // The third operand of the variable blends and SHA256RNDS2 is XMM0, the fourth of the blends with VEX in the immediate.
  const count = /^(Pblendvb|Blendvp[sd]|Sha256rnds2)$/.test(mnemonic) ? 2 : Math.min(i.opCount, 3);
  for (let n = 0; n < count; n++) {
    const register = i.opRegister(n);
    const shift = register === Register.CL && n === i.opCount - 1 && /^(Ro|Rc|Sh|Sa)/.test(mnemonic);
    if (i.opKind(n) === OpKind.Register && !shift && !implied.includes(register)) list.push(offsetOf(register));
  }
  return list;
}

function differenceInRegisters(i: Instruction, mnemonic: string, vvvv: boolean): string {
  const theirs = theirRegisters(i, mnemonic);
  const none = mnemonic.startsWith('F') ? [REG_ZERO, 0] : [REG_ZERO];
  const ours = [field.dst(), ...(vvvv ? [field.aux()] : []), field.src()].filter((r) => !none.includes(r));
  const same = theirs.every((r) => ours.includes(r)) && ours.every((r) => theirs.includes(r));
  const first = i.opKind(0) === OpKind.Register && theirs.length > 0 ? theirs[0] : field.dst();
  return same && first === field.dst() ? '' : `registers ${ours} instead of ${theirs}`;
}

/** Bits of the immediate that iced's kind makes comparable. */
const WIDTHS = new Map<number, number>([
  [OpKind.Immediate8, 8],
  [OpKind.Immediate16, 16],
  [OpKind.Immediate32, 32],
  [OpKind.Immediate64, 64],
  [OpKind.Immediate8to16, 16],
  [OpKind.Immediate8to32, 32],
  [OpKind.Immediate8to64, 64],
  [OpKind.Immediate32to64, 64],
]);

function differenceInImmediate(i: Instruction): string {
  for (let n = 0; n < i.opCount; n++) {
    const kind = i.opKind(n);
    if (kind === OpKind.NearBranch64 && BigInt.asUintN(64, field.imm() + PAGE) !== i.nearBranchTarget)
      return 'branch target';
    const width = WIDTHS.get(kind);
    if (width && BigInt.asUintN(width, field.imm()) !== BigInt.asUintN(width, i.immediate(n))) return 'immediate';
    if (kind === OpKind.Immediate8_2nd && Number(field.imm() >> 16n) !== i.immediate8_2nd) return 'second immediate';
  }
  return '';
}

/** Operations that go by another name than their mnemonic; the rest of the row is the pattern of the operation. */
const ALIASES: [mnemonics: RegExp, operation: RegExp][] = [
  [/^Set/, /^SETCC_[RM]8$/],
  [/^Cmov/, /^CMOV_R[RM]\d+$/],
  [/^Movzx$/, /^(MOV_R[RM]16|MOVZX_.*)$/],
  [/^Movsxd?$/, /^(MOV_R[RM](16|32)|MOVSX_.*)$/],
  [/^Movnti$/, /^MOV_MR/],
  [/^Sal$/, /^SHL_/],
  [/^J[er]cxz$/, /^JRCXZ$/],
  [/^Iret[wdq]?$/, /^IRET(16|32|64)$/],
  [/^Retf/, /^RETF(16|32|64)$/],
  [/^Xlatb$/, /^XLAT$/],
  [/^Wait$/, /^FWAIT$/],
  [/^(Fneni|Fndisi|Fnsetpm)$/, /^NOP$/],
  [/^Clflushopt$|^Clwb$/, /^CLFLUSH$/],
  [/^(Pushf|Popf|Leave)q?$/, /^(PUSHF|POPF|LEAVE)(16|64)$/],
  [/^(Movs|Cmps|Stos|Lods|Scas)b$/, /^(MOVS|CMPS|STOS|LODS|SCAS)8$/],
  [/^(Movs|Cmps|Stos|Lods|Scas)w$/, /^(MOVS|CMPS|STOS|LODS|SCAS)16$/],
  [/^(Movs|Cmps|Stos|Lods|Scas)d$/, /^(MOVS|CMPS|STOS|LODS|SCAS)32$|^(MOVSD|CMPSD|MOVSD_ST)$/],
  [/^(Movs|Cmps|Stos|Lods|Scas)q$/, /^(MOVS|CMPS|STOS|LODS|SCAS)64$/],
  [/^Call$/, /^CALLF?(_|$)/],
  [/^Jmp$/, /^JMPF?(_|$)/],
  [/^V?(Movntps|Movntpd)$/i, /^V?MOVAP[SD]_ST$/],
  [/^V?Movntdqa?$/i, /^V?MOVDQA(_ST)?$/],
  [/^Vpermps$/, /^VPERMD$/],
  [/^Vpermpd$/, /^VPERMQ$/],
  [/^Vperm2f128$/, /^VPERM2I128$/],
  [/^Vbroadcastss$/, /^VPBROADCASTD$/],
  [/^Vbroadcastsd$/, /^VPBROADCASTQ$/],
  [/^Vbroadcastf128$/, /^VBROADCASTI128$/],
  [/^Vinsertf128$/, /^VINSERTI128$/],
  [/^Vextractf128$/, /^VEXTRACTI128(_ST)?$/],
  [/^Vmaskmovps$/, /^VPMASKMOVD(_ST)?$/],
  [/^Vmaskmovpd$/, /^VPMASKMOVQ(_ST)?$/],
  [/^Vgatherdps$/, /^VPGATHERDD$/],
  [/^Vgatherdpd$/, /^VPGATHERDQ$/],
  [/^Vgatherqps$/, /^VPGATHERQD$/],
  [/^Vgatherqpd$/, /^VPGATHERQQ$/],
  [/^Vpblendd$/, /^VBLENDPS$/],
  [/^Movntq$/, /^MOVQ_MMX_ST$/],
  [/^V?lddqu$/i, /^V?MOVDQU$/],
  [/^V?pcmpestr[im]64$/i, /^V?PCMPESTR[IM]$/],
  [/^(Fxsave|Fxrstor|Xsave|Xrstor|Xsaveopt|Xsavec)64$/, /^(FXSAVE|FXRSTOR|XSAVE|XRSTOR|XSAVEOPT|XSAVEC)$/],
];

function differenceInName(i: Instruction, mnemonic: string, op: string): string {
  const pattern = ALIASES.find(([mnemonics]) => mnemonics.test(mnemonic))?.[1];
  if (!(pattern ? pattern.test(op) : op.split('_')[0] === mnemonic.toUpperCase())) return `called ${op}`;
  if (field.number() > OP_INT_LAST) return '';
  const widths = [...Code[i.code].matchAll(/_(?:r|rm|m)(8|16|32|64)(?=_|$)/g)].map((m) => m[1]);
  const width = /(\d+)(_\d+)?$/.exec(op)?.[1];
  return !width || widths.length === 0 || widths.includes(width) ? '' : `called ${op}`;
}

const VVVV = [
  OpCodeOperandKind.r32_vvvv,
  OpCodeOperandKind.r64_vvvv,
  OpCodeOperandKind.xmm_vvvv,
  OpCodeOperandKind.ymm_vvvv,
];
const codeInfos = new Map<number, { info: OpCodeInfo; vvvv: boolean }>();

/** What iced knows about the encoding of an instruction; vvvv: as a source. */
function infoOf(i: Instruction): { info: OpCodeInfo; vvvv: boolean } {
  let entry = codeInfos.get(i.code);
  if (!entry) {
    const info = i.opCode;
    entry = { info, vvvv: [1, 2, 3].some((n) => n < info.opCount && VVVV.includes(info.opKind(n))) };
    codeInfos.set(i.code, entry);
  }
  return entry;
}

function usesVvvv(i: Instruction): boolean {
  return infoOf(i).vvvv;
}

/** Vector length, vector index, and the register in an immediate. */
function differenceInVectors(i: Instruction): string {
  if (field.number() < OP_AVX_FIRST) return '';
  const wide = [0, 1, 2].some(
    (n) => n < i.opCount && i.opRegister(n) >= Register.YMM0 && i.opRegister(n) <= Register.YMM15,
  );
  if (wide && !(field.flags() & insn.INSN_L)) return 'vector length';
  if (i.isVsib) {
    const index = Number(field.imm() & 0xffn);
    if (index !== offsetOf(i.memoryIndex) || 1 << Number(field.imm() >> 8n) !== i.memoryIndexScale)
      return 'vector index';
  }
  const fourth = i.opCount > 3 && i.opKind(3) === OpKind.Register;
  return fourth && offsetOf(i.opRegister(3)) !== Number(field.imm() >> 4n) * 8 ? 'register in the immediate' : '';
}

function difference(i: Instruction): string {
  const op = field.op();
  const mnemonic = Mnemonic[i.mnemonic];
  if (op === 'UD' || op === 'GP' || op === 'NOP' || i.code === Code.INVALID) return '';
  const memory = [0, 1, 2].some((n) => n < i.opCount && i.opKind(n) === OpKind.Memory) && i.mnemonic !== Mnemonic.Xlatb;
  if (memory !== ((field.flags() & insn.INSN_MEM) !== 0)) return 'memory operand or not';
  if (memory && ourAddress() !== theirAddress(i))
    return `address ${ourAddress().toString(16)} ${theirAddress(i).toString(16)}`;
  return (
    differenceInRegisters(i, mnemonic, usesVvvv(i)) ||
    differenceInImmediate(i) ||
    differenceInVectors(i) ||
    differenceInName(i, mnemonic, op)
  );
}

function check(source: Iterable<void>, window: Uint8Array): void {
  const instruction = new Instruction();
  const found = new Map<string, string>();
  for (const _ of source) {
    decode(window);
    const decoder = new Decoder(64, window, DecoderOptions.None);
    decoder.ip = PAGE + BigInt(OFFSET);
    decoder.decodeOut(instruction);
    decoder.free();
    const text = difference(instruction);
    if (text)
      found.set(
        `${Code[instruction.code]}: ${text.replace(/^address.*/, 'address')}`,
        `${Buffer.from(window).toString('hex')} ${text}`,
      );
  }
  assert.deepEqual([...found], []);
}

function* sample(source: Iterable<void>, step: number): Generator<void> {
  let n = 0;
  for (const _ of source) if (n++ % step === 0) yield;
}

function* randomly(count: number, random: Random, window: Uint8Array): Generator<void> {
  for (; count > 0; count--) {
    randomInstruction(random, window);
    yield;
  }
}

test('operands of every opcode agree', () => {
  const window = new Uint8Array(WINDOW);
  check(sample(allOpcodes(new Random(1), window), 3), window);
});

test('operands of random instructions agree', () => {
  const window = new Uint8Array(WINDOW);
  check(randomly(500_000, new Random(2), window), window);
});
