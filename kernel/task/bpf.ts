// Classic BPF as seccomp takes it: a check when a filter is installed, and the interpreter. seccomp(2), linux/filter.h.
// Invariant: what bpf_check has accepted only jumps forward and inside, so that bpf_run needs no checks and always ends.
import {
  BPF_ALU,
  BPF_INSN_SIZE,
  BPF_JF,
  BPF_JMP,
  BPF_JT,
  BPF_K,
  BPF_LD,
  BPF_LDX,
  BPF_MEMWORDS,
  BPF_MISC,
  BPF_RET,
  BPF_ST,
  BPF_STX,
  BPF_X,
  SECCOMP_DATA_SIZE,
} from '../../abi/linux/seccomp.ts';

// Whole codes of the classes that have few: mode and size are in them.
const LD_W_ABS: u32 = 0x20;
const LD_W_LEN: u32 = 0x80;
const LDX_W_LEN: u32 = 0x81;
const LD_IMM: u32 = 0;
const LDX_IMM: u32 = 1;
const LD_MEM: u32 = 0x60;
const LDX_MEM: u32 = 0x61;
const RET_K: u32 = 0x06;
const RET_A: u32 = 0x16;
const TAX: u32 = 0x07;
const TXA: u32 = 0x87;

const JA: u32 = 0x00;
const JEQ: u32 = 0x10;
const JGT: u32 = 0x20;
const JGE: u32 = 0x30;
const JSET: u32 = 0x40;

const ADD: u32 = 0x00;
const SUB: u32 = 0x10;
const MUL: u32 = 0x20;
const DIV: u32 = 0x30;
const OR: u32 = 0x40;
const AND: u32 = 0x50;
const LSH: u32 = 0x60;
const RSH: u32 = 0x70;
const NEG: u32 = 0x80;
const XOR: u32 = 0xa0;

const MEMORY: usize = memory.data(64, 4);

/** May the program of that many instructions run? */
export function bpf_check(program: usize, count: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    if (!insn_good(program + (i as usize) * BPF_INSN_SIZE, count - i - 1)) return false;
  }
  const last = load<u16>(program + ((count - 1) as usize) * BPF_INSN_SIZE) as u32;
  return last == RET_K || last == RET_A;
}

/** left: instructions behind this one. */
function insn_good(insn: usize, left: u32): bool {
  const code = load<u16>(insn) as u32;
  const k = load<u32>(insn, BPF_K);
  switch (code & 7) {
    case BPF_LD:
    case BPF_LDX:
      if (code == LD_W_ABS) return k < (SECCOMP_DATA_SIZE as u32) && (k & 3) == 0;
      if (code == LD_MEM || code == LDX_MEM) return k < (BPF_MEMWORDS as u32);
      return code == LD_W_LEN || code == LDX_W_LEN || code == LD_IMM || code == LDX_IMM;
    case BPF_ST:
    case BPF_STX:
      return code < 8 && k < (BPF_MEMWORDS as u32);
    case BPF_ALU:
      return alu_good(code & ~7, k);
    case BPF_JMP:
      return jump_good(insn, code & ~7, k, left);
    case BPF_RET:
      return code == RET_K || code == RET_A;
  }
  return code == TAX || code == TXA;
}

function alu_good(code: u32, k: u32): bool {
  const operation = code & ~BPF_X;
  const constant = (code & BPF_X) == 0;
  if (operation == NEG) return constant;
  if (operation == DIV) return !constant || k != 0;
  if (operation == LSH || operation == RSH) return !constant || k < 32;
  return operation <= AND || operation == XOR;
}

function jump_good(insn: usize, code: u32, k: u32, left: u32): bool {
  if (code == JA) return k < left;
  return (
    (code & ~BPF_X) <= JSET && (code & ~BPF_X) != JA && load<u8>(insn, BPF_JT) < left && load<u8>(insn, BPF_JF) < left
  );
}

/** What the program answers to that struct seccomp_data. */
export function bpf_run(program: usize, data: usize): u32 {
  let a: u32 = 0;
  let x: u32 = 0;
  memory.fill(MEMORY, 0, BPF_MEMWORDS * 4);
  for (let insn = program; true; insn += BPF_INSN_SIZE) {
    const code = load<u16>(insn) as u32;
    const k = load<u32>(insn, BPF_K);
    const operand = code & BPF_X ? x : k;
    switch (code & 7) {
      case BPF_LD:
        a = code == LD_W_ABS ? load<u32>(data + k) : loaded(code, k);
        break;
      case BPF_LDX:
        x = loaded(code & ~1, k);
        break;
      case BPF_ST:
        store<u32>(MEMORY + k * 4, a);
        break;
      case BPF_STX:
        store<u32>(MEMORY + k * 4, x);
        break;
      case BPF_ALU:
        // As on Linux, a division by zero ends the program with 0.
        if ((code & 0xf0) == DIV && !operand) return 0;
        a = alu(code & 0xf0, a, operand);
        break;
      case BPF_JMP:
        if ((code & 0xf0) == JA) insn += (k as usize) * BPF_INSN_SIZE;
        else insn += jump_taken(insn, jumps(code & 0xf0, a, operand));
        break;
      case BPF_RET:
        return code == RET_A ? a : k;
      case BPF_MISC:
        if (code == TAX) x = a;
        else a = x;
        break;
    }
  }
  return 0;
}

function loaded(code: u32, k: u32): u32 {
  if (code == LD_MEM) return load<u32>(MEMORY + k * 4);
  return code == LD_W_LEN ? SECCOMP_DATA_SIZE : k;
}

function alu(operation: u32, a: u32, operand: u32): u32 {
  switch (operation) {
    case ADD:
      return a + operand;
    case SUB:
      return a - operand;
    case MUL:
      return a * operand;
    case DIV:
      return a / operand;
    case OR:
      return a | operand;
    case AND:
      return a & operand;
    case LSH:
      return a << operand;
    case RSH:
      return a >> operand;
    case XOR:
      return a ^ operand;
  }
  return 0 - a;
}

/** Bytes that a conditional jump skips. */
function jump_taken(insn: usize, holds: bool): usize {
  const count = holds ? load<u8>(insn, BPF_JT) : load<u8>(insn, BPF_JF);
  return (count as usize) * BPF_INSN_SIZE;
}

function jumps(condition: u32, a: u32, operand: u32): bool {
  if (condition == JEQ) return a == operand;
  if (condition == JGT) return a > operand;
  return condition == JGE ? a >= operand : (a & operand) != 0;
}
