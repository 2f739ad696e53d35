// The decoder under test: bytes in, fields of the record of abi/insn.ts out.
import * as insn from '../../abi/insn.ts';
import { ENCODINGS } from '../../isa/encodings.ts';
import { numberOps } from '../../isa/generate/ops.ts';
import { instantiateAsc } from '../asc.ts';

/** Bytes that are shown to the decoder for each instruction. */
export const WINDOW = 16;
/** Offset of every instruction within its page, so that relative operands are visibly relative to the page. */
export const OFFSET = 0x123;

const exports = await instantiateAsc('test/cpu/machine.as.ts');
const run = exports.decode as (code: number, avail: number, offset: number) => number;
const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
const code = (exports.CODE as WebAssembly.Global).value as number;
const record = new DataView(memory.buffer, (exports.RECORD as WebAssembly.Global).value as number, insn.INSN_SIZE);
const { names } = numberOps(ENCODINGS);

/** Decodes the first bytes of the window; the record stays valid until the next call. */
export function decode(bytes: Uint8Array, avail = bytes.length): number {
  memory.fill(0, code, code + 64);
  memory.set(bytes, code);
  return run(code, avail, OFFSET);
}

export const field = {
  op: (): string => names[record.getUint16(insn.INSN_OP, true)],
  number: (): number => record.getUint16(insn.INSN_OP, true),
  length: (): number => record.getUint8(insn.INSN_LEN),
  flags: (): number => record.getUint8(insn.INSN_FLAGS),
  dst: (): number => record.getUint8(insn.INSN_DST),
  src: (): number => record.getUint8(insn.INSN_SRC),
  base: (): number => record.getUint8(insn.INSN_BASE),
  index: (): number => record.getUint8(insn.INSN_INDEX),
  disp: (): number => record.getInt32(insn.INSN_DISP, true),
  scale: (): number => record.getUint8(insn.INSN_SCALE),
  aux: (): number => record.getUint8(insn.INSN_AUX),
  imm: (): bigint => record.getBigInt64(insn.INSN_IMM, true),
};

/** Chooses the x86-64 level of the CPU that decodes. */
export const setLevel = exports.cpu_set_level as (level: number) => void;
