// Names the instruction that ended a process with SIGILL, when it is one that some x86-64 CPU has and this box's has not.
// What is undefined everywhere (ud2) is the program's own wish and is not mentioned. Intel SDM volume 2, 2.1 and 2.3.
import { INSN_OP, INSN_SIZE } from '../../abi/insn.ts';
import { ILL_ILLOPN, SI_ADDR, SI_CODE } from '../../abi/linux/signal.ts';
import { OP_UD } from '../../isa/ops.gen.ts';
import { decode_insn } from '../cpu/decode.ts';
import { cpu_level, cpu_set_level } from '../cpu/level.ts';
import { trace_write } from '../io/trace_stream.ts';
import { cstr } from '../lib/bytes.ts';
import { text_new } from '../lib/fmt.ts';
import { copyin } from '../mm/usercopy.ts';
import { Task } from './task.ts';

/** No instruction is longer. */
const BYTES_MAX: u32 = 15;
const CODE: usize = memory.data(16, 8);
const RECORD: usize = memory.data(INSN_SIZE, 8);

/** t, which is current, is about to be ended by the SIGILL that info tells of. */
export function unsupported_report(t: Task, info: usize): void {
  if (load<i32>(info, SI_CODE) != ILL_ILLOPN) return;
  const va = load<u64>(info, SI_ADDR);
  memory.fill(CODE, 0, 16);
  let length: u32 = 0;
  while (length < BYTES_MAX && !copyin(CODE + length, va + length, 1)) length++;
  const kind = is_of_later_level(length) ? cstr('of a later x86-64 level') : kind_of(length);
  if (!kind) return;
  const text = text_new();
  if (!changetype<usize>(text)) return;
  text.puts(cstr('wbx: ')).puts(t.comm()).puts(cstr(' (pid ')).dec(t.group.tgid);
  text.puts(cstr(') ends with SIGILL: the CPU of this box, x86-64-v')).dec(cpu_level());
  text.puts(cstr(', does not have the instruction at 0x')).hex(va, 1).puts(cstr(', ')).puts(kind).puts(cstr(':'));
  for (let i: u32 = 0; i < length; i++) text.char(0x20).hex(load<u8>(CODE + i), 2);
  trace_write(text.char(10));
}

/** Does a box's CPU of the highest level know the instruction in CODE, but not this one? */
function is_of_later_level(length: u32): bool {
  if (is_known(length)) return false;
  const level = cpu_level();
  cpu_set_level(0);
  const later = is_known(length);
  cpu_set_level(level);
  return later;
}

function is_known(length: u32): bool {
  return decode_insn(CODE, length, RECORD) != 0 && load<u16>(RECORD, INSN_OP) != OP_UD;
}

function is_prefix(byte: u32): bool {
  const segment = byte == 0x26 || byte == 0x2e || byte == 0x36 || byte == 0x3e || byte == 0x64 || byte == 0x65;
  return segment || byte == 0x66 || byte == 0x67 || byte == 0xf2 || byte == 0xf3 || (byte & 0xf0) == 0x40;
}

/** What family the instruction in CODE belongs to; 0 = no CPU has it. LOCK is no prefix here: on what cannot take it, it is #UD. */
function kind_of(length: u32): usize {
  let at: u32 = 0;
  while (at < length && is_prefix(load<u8>(CODE + at))) at++;
  const byte = load<u8>(CODE + at) as u32;
  const next = load<u8>(CODE + at, 1) as u32;
  switch (byte) {
    case 0x62:
      return cstr('EVEX-coded (AVX-512 or APX)');
    case 0xc4:
    case 0xc5:
      return cstr('VEX-coded (AVX or later)');
    case 0x8f:
      return (next & 0x1f) >= 8 ? cstr('XOP-coded') : 0;
    case 0xd5:
      return cstr('REX2-coded (APX)');
    case 0x0f:
      return kind_of_two_bytes(next);
  }
  return 0;
}

function kind_of_two_bytes(opcode: u32): usize {
  switch (opcode) {
    case 0x0b: // UD2
    case 0xb9: // UD1
    case 0xff: // UD0
      return 0;
    case 0x0f:
      return cstr('3DNow!');
    case 0x01:
      return cstr('a system instruction');
    case 0x38:
    case 0x3a:
      return cstr('of a later SIMD or integer extension');
    case 0xc7:
      return cstr('of the random number, RDPID or XSAVE group');
    case 0xae:
      return cstr('of the FSGSBASE, cache line or XSAVE group');
  }
  return 0;
}
