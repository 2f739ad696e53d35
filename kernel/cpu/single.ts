// Integer instructions that come alone: odd sizes, flags, segments, system (SDM volume 2).
// XSETBV raises #GP: it is the kernel's.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_EFLAGS, GPR_RAX, GPR_RBX, GPR_RDX, REG_FS_BASE, REG_GS_BASE } from '../../abi/cpu.ts';
import { INSN_ADDR32, INSN_AUX, INSN_FLAGS, INSN_OP } from '../../abi/insn.ts';
import {
  OP_BSWAP_R16,
  OP_BSWAP_R32,
  OP_BSWAP_R64,
  OP_CALLF_M16,
  OP_CALLF_M32,
  OP_CALLF_M64,
  OP_CBW,
  OP_CLC,
  OP_CLD,
  OP_CLFLUSH,
  OP_CMC,
  OP_CMOV_RM16,
  OP_CMOV_RM32,
  OP_CMOV_RM64,
  OP_CMOV_RR16,
  OP_CPUID,
  OP_CWD,
  OP_ENTER_I16,
  OP_ENTER_I64,
  OP_FXRSTOR,
  OP_FXSAVE,
  OP_GP,
  OP_IMUL_RM16,
  OP_IMUL_RMI16,
  OP_IMUL_RMI32,
  OP_IMUL_RMI64,
  OP_IMUL_RR16,
  OP_IMUL_RRI16,
  OP_IRET16,
  OP_IRET32,
  OP_IRET64,
  OP_JMPF_M16,
  OP_JMPF_M32,
  OP_JMPF_M64,
  OP_LAHF,
  OP_LAR_RM16,
  OP_LAR_RM32,
  OP_LAR_RM64,
  OP_LAR_RR16,
  OP_LAR_RR32,
  OP_LAR_RR64,
  OP_LEAVE16,
  OP_LEA_RM16,
  OP_LFS_RM16,
  OP_LFS_RM32,
  OP_LFS_RM64,
  OP_LGS_RM16,
  OP_LGS_RM32,
  OP_LGS_RM64,
  OP_LSL_RM16,
  OP_LSL_RM32,
  OP_LSL_RM64,
  OP_LSL_RR16,
  OP_LSL_RR32,
  OP_LSL_RR64,
  OP_LSS_RM16,
  OP_LSS_RM32,
  OP_LSS_RM64,
  OP_MOVBE_MR16,
  OP_MOVBE_MR32,
  OP_MOVBE_MR64,
  OP_MOVBE_RM16,
  OP_MOVBE_RM32,
  OP_MOVBE_RM64,
  OP_MOV_MS16,
  OP_MOV_RS16,
  OP_MOV_RS32,
  OP_MOV_RS64,
  OP_MOV_SM16,
  OP_MOV_SR16,
  OP_POPF16,
  OP_POPF64,
  OP_POP_M16,
  OP_POP_M64,
  OP_POP_R16,
  OP_POP_S16,
  OP_POP_S64,
  OP_PUSHF16,
  OP_PUSHF64,
  OP_PUSH_I16,
  OP_PUSH_M16,
  OP_PUSH_M64,
  OP_PUSH_R16,
  OP_PUSH_S16,
  OP_PUSH_S64,
  OP_RDFSBASE_R32,
  OP_RDFSBASE_R64,
  OP_RDGSBASE_R32,
  OP_RDGSBASE_R64,
  OP_RDPID_R64,
  OP_RDRAND_R16,
  OP_RDRAND_R32,
  OP_RDRAND_R64,
  OP_RDSEED_R16,
  OP_RDSEED_R32,
  OP_RDSEED_R64,
  OP_RDTSC,
  OP_RDTSCP,
  OP_RETF16,
  OP_RETF32,
  OP_RETF64,
  OP_SAHF,
  OP_SETCC_M8,
  OP_SGDT,
  OP_SIDT,
  OP_SLDT_M16,
  OP_SLDT_R16,
  OP_SLDT_R32,
  OP_SLDT_R64,
  OP_SMSW_M16,
  OP_SMSW_R16,
  OP_SMSW_R32,
  OP_SMSW_R64,
  OP_STC,
  OP_STD,
  OP_STR_M16,
  OP_STR_R16,
  OP_STR_R32,
  OP_STR_R64,
  OP_VERR_M16,
  OP_VERR_R16,
  OP_VERW_M16,
  OP_VERW_R16,
  OP_WRFSBASE_R32,
  OP_WRFSBASE_R64,
  OP_WRGSBASE_R32,
  OP_WRGSBASE_R64,
  OP_XGETBV,
  OP_XLAT,
  OP_XRSTOR,
  OP_XSAVE,
  OP_XSAVEC,
  OP_XSAVEOPT,
} from '../../isa/ops.gen.ts';
import { Swap } from './bits.ts';
import { cond } from './cond.ts';
import { cpuid } from './cpuid.ts';
import {
  access_rights,
  DUMMY_CR0,
  DUMMY_GDT,
  DUMMY_IDT,
  DUMMY_TSS,
  dummy_register,
  dummy_table,
  dummy_word,
  FS,
  GS,
  load_segment,
  segment_limit,
  selector_of,
  SS,
  verify,
  write_base,
} from './descriptor.ts';
import { Ea } from './ea.ts';
import { far_jump, far_return, interrupt_return, load_far } from './far.ts';
import { raise_gp, raise_ud } from './fault.ts';
import { CF, DF, Flags, flag_c, flags_arithmetic, flags_get, OF } from './flags.ts';
import { Mem } from './mem.ts';
import { Move } from './move.ts';
import { Product } from './muldiv.ts';
import { Insn, Reg, Sx, Zx } from './operand.ts';
import { enter, Stack } from './stack.ts';
import {
  clflush,
  fxrstor_exec,
  fxsave_exec,
  load_segment_memory,
  rdrand,
  rdtsc,
  rdtscp,
  read_segment,
  store_segment,
  xlat,
} from './system.ts';
import { xgetbv, xrstor_exec, xsave_exec, xsavec_exec } from './xsave.ts';

export function single_exec(ip: usize): bool {
  switch (load<u16>(ip, INSN_OP) as i32) {
    case OP_PUSH_R16:
      return Stack.push<u16>(Reg.zx<u16>(Insn.dst(ip)));
    case OP_PUSH_I16:
      return Stack.push<u16>(Insn.imm(ip));
    case OP_PUSH_M16:
      return Stack.push_memory<u16>(ip);
    case OP_PUSH_M64:
      return Stack.push_memory<u64>(ip);
    case OP_PUSH_S16:
      return Stack.push<u16>(selector_of(Insn.src(ip)));
    case OP_PUSH_S64:
      return Stack.push<u64>(selector_of(Insn.src(ip)));
    case OP_POP_R16:
      return Stack.pop_register<u16>(ip);
    case OP_POP_M16:
      return Stack.pop_memory<u16>(ip);
    case OP_POP_M64:
      return Stack.pop_memory<u64>(ip);
    case OP_POP_S16:
      return pop_segment<u16>(ip);
    case OP_POP_S64:
      return pop_segment<u64>(ip);
    case OP_PUSHF16:
      return Stack.push<u16>(flags_get());
    case OP_PUSHF64:
      return Stack.push<u64>(flags_get());
    case OP_POPF16:
      return Stack.pop_flags<u16>(ip);
    case OP_POPF64:
      return Stack.pop_flags<u64>(ip);
    case OP_ENTER_I16:
      return enter<u16>(ip);
    case OP_ENTER_I64:
      return enter<u64>(ip);
    case OP_LEAVE16:
      return Stack.leave<u16>();
    case OP_IMUL_RR16:
      return multiply(Insn.dst(ip), Reg.sx<u16>(Insn.dst(ip)), Reg.sx<u16>(Insn.src(ip)));
    case OP_IMUL_RRI16:
      return multiply(Insn.dst(ip), Reg.sx<u16>(Insn.src(ip)), Insn.imm(ip));
    case OP_IMUL_RM16:
      return multiply_memory<u16>(ip, false);
    case OP_IMUL_RMI16:
      return multiply_memory<u16>(ip, true);
    case OP_IMUL_RMI32:
      return multiply_memory<u32>(ip, true);
    case OP_IMUL_RMI64:
      return multiply_memory<u64>(ip, true);
    case OP_MOV_RS16:
      return read_segment<u16>(ip);
    case OP_MOV_RS32:
      return read_segment<u32>(ip);
    case OP_MOV_RS64:
      return read_segment<u64>(ip);
    case OP_MOV_MS16:
      return store_segment(ip);
    case OP_MOV_SR16:
      return load_segment(Insn.dst(ip), Reg.zx<u16>(Insn.src(ip)) as u32);
    case OP_MOV_SM16:
      return load_segment_memory(ip);
    case OP_LEA_RM16:
      return put<u16>(Insn.dst(ip), Ea.of(ip));
    case OP_CBW:
      return put<u16>(GPR_RAX, Reg.sx<u8>(GPR_RAX));
    case OP_CWD:
      return put<u16>(GPR_RDX, Reg.sx<u16>(GPR_RAX) >> 63);
    case OP_CMOV_RR16:
      return put<u16>(Insn.dst(ip), Reg.zx<u16>(cond(load<u8>(ip, INSN_AUX)) ? Insn.src(ip) : Insn.dst(ip)));
    case OP_CMOV_RM16:
      return move_if<u16>(ip);
    case OP_CMOV_RM32:
      return move_if<u32>(ip);
    case OP_CMOV_RM64:
      return move_if<u64>(ip);
    case OP_SETCC_M8:
      return Move.to_memory<u8>(ip, cond(load<u8>(ip, INSN_AUX)) ? 1 : 0);
    case OP_SAHF:
      return sahf();
    case OP_LAHF:
      return put<u8>(GPR_RAX + 1, (flags_arithmetic() & 0xd5) | 2);
    case OP_CMC:
      return carry(flag_c() ^ 1);
    case OP_CLC:
      return carry(0);
    case OP_STC:
      return carry(1);
    case OP_CLD:
      return direction(0);
    case OP_STD:
      return direction(DF);
    case OP_XLAT:
      return xlat_exec(ip);
    case OP_BSWAP_R16:
      return put<u16>(Insn.dst(ip), 0);
    case OP_BSWAP_R32:
      return Swap.register<u32>(ip);
    case OP_BSWAP_R64:
      return Swap.register<u64>(ip);
    case OP_MOVBE_RM16:
      return Swap.load<u16>(ip);
    case OP_MOVBE_RM32:
      return Swap.load<u32>(ip);
    case OP_MOVBE_RM64:
      return Swap.load<u64>(ip);
    case OP_MOVBE_MR16:
      return Swap.store<u16>(ip);
    case OP_MOVBE_MR32:
      return Swap.store<u32>(ip);
    case OP_MOVBE_MR64:
      return Swap.store<u64>(ip);
    case OP_CPUID:
      return cpuid();
    case OP_RDTSC:
      return rdtsc();
    case OP_RDTSCP:
      return rdtscp();
    case OP_RDPID_R64:
      return put<u64>(Insn.dst(ip), 0);
    case OP_RDRAND_R16:
    case OP_RDSEED_R16:
      return rdrand<u16>(ip);
    case OP_RDRAND_R32:
    case OP_RDSEED_R32:
      return rdrand<u32>(ip);
    case OP_RDRAND_R64:
    case OP_RDSEED_R64:
      return rdrand<u64>(ip);
    case OP_RDFSBASE_R32:
      return put<u32>(Insn.dst(ip), load<i64>(CPU_BASE + REG_FS_BASE));
    case OP_RDFSBASE_R64:
      return put<u64>(Insn.dst(ip), load<i64>(CPU_BASE + REG_FS_BASE));
    case OP_RDGSBASE_R32:
      return put<u32>(Insn.dst(ip), load<i64>(CPU_BASE + REG_GS_BASE));
    case OP_RDGSBASE_R64:
      return put<u64>(Insn.dst(ip), load<i64>(CPU_BASE + REG_GS_BASE));
    case OP_WRFSBASE_R32:
      return write_base(REG_FS_BASE, Reg.zx<u32>(Insn.src(ip)));
    case OP_WRFSBASE_R64:
      return write_base(REG_FS_BASE, Reg.zx<u64>(Insn.src(ip)));
    case OP_WRGSBASE_R32:
      return write_base(REG_GS_BASE, Reg.zx<u32>(Insn.src(ip)));
    case OP_WRGSBASE_R64:
      return write_base(REG_GS_BASE, Reg.zx<u64>(Insn.src(ip)));
    case OP_XGETBV:
      return xgetbv();
    case OP_XSAVE:
      return xsave_exec(ip, false);
    case OP_XSAVEOPT:
      return xsave_exec(ip, true);
    case OP_XSAVEC:
      return xsavec_exec(ip);
    case OP_XRSTOR:
      return xrstor_exec(ip);
    case OP_FXSAVE:
      return fxsave_exec(ip);
    case OP_FXRSTOR:
      return fxrstor_exec(ip);
    case OP_CLFLUSH:
      return clflush(ip);
    case OP_LAR_RR16:
    case OP_LAR_RM16:
      return access_rights<u16>(ip);
    case OP_LAR_RR32:
    case OP_LAR_RM32:
      return access_rights<u32>(ip);
    case OP_LAR_RR64:
    case OP_LAR_RM64:
      return access_rights<u64>(ip);
    case OP_LSL_RR16:
    case OP_LSL_RM16:
      return segment_limit<u16>(ip);
    case OP_LSL_RR32:
    case OP_LSL_RM32:
      return segment_limit<u32>(ip);
    case OP_LSL_RR64:
    case OP_LSL_RM64:
      return segment_limit<u64>(ip);
    case OP_VERR_R16:
    case OP_VERR_M16:
      return verify(ip, false);
    case OP_VERW_R16:
    case OP_VERW_M16:
      return verify(ip, true);
    case OP_SLDT_R16:
      return dummy_register<u16>(ip, 0);
    case OP_SLDT_R32:
      return dummy_register<u32>(ip, 0);
    case OP_SLDT_R64:
      return dummy_register<u64>(ip, 0);
    case OP_SLDT_M16:
      return dummy_word(ip, 0);
    case OP_STR_R16:
      return dummy_register<u16>(ip, DUMMY_TSS);
    case OP_STR_R32:
      return dummy_register<u32>(ip, DUMMY_TSS);
    case OP_STR_R64:
      return dummy_register<u64>(ip, DUMMY_TSS);
    case OP_STR_M16:
      return dummy_word(ip, DUMMY_TSS);
    case OP_SMSW_R16:
      return dummy_register<u16>(ip, DUMMY_CR0);
    case OP_SMSW_R32:
      return dummy_register<u32>(ip, DUMMY_CR0);
    case OP_SMSW_R64:
      return dummy_register<u64>(ip, DUMMY_CR0);
    case OP_SMSW_M16:
      return dummy_word(ip, DUMMY_CR0);
    case OP_SGDT:
      return dummy_table(ip, DUMMY_GDT);
    case OP_SIDT:
      return dummy_table(ip, DUMMY_IDT);
    case OP_RETF16:
      return far_return<u16>(ip);
    case OP_RETF32:
      return far_return<u32>(ip);
    case OP_RETF64:
      return far_return<u64>(ip);
    case OP_IRET16:
      return interrupt_return<u16>();
    case OP_IRET32:
      return interrupt_return<u32>();
    case OP_IRET64:
      return interrupt_return<u64>();
    case OP_CALLF_M16:
      return far_jump<u16>(ip, true);
    case OP_CALLF_M32:
      return far_jump<u32>(ip, true);
    case OP_CALLF_M64:
      return far_jump<u64>(ip, true);
    case OP_JMPF_M16:
      return far_jump<u16>(ip, false);
    case OP_JMPF_M32:
      return far_jump<u32>(ip, false);
    case OP_JMPF_M64:
      return far_jump<u64>(ip, false);
    case OP_LSS_RM16:
      return load_far<u16>(ip, SS);
    case OP_LSS_RM32:
      return load_far<u32>(ip, SS);
    case OP_LSS_RM64:
      return load_far<u64>(ip, SS);
    case OP_LFS_RM16:
      return load_far<u16>(ip, FS);
    case OP_LFS_RM32:
      return load_far<u32>(ip, FS);
    case OP_LFS_RM64:
      return load_far<u64>(ip, FS);
    case OP_LGS_RM16:
      return load_far<u16>(ip, GS);
    case OP_LGS_RM32:
      return load_far<u32>(ip, GS);
    case OP_LGS_RM64:
      return load_far<u64>(ip, GS);
    case OP_GP:
      return raise_gp();
    default:
      return raise_ud();
  }
}

function put<T>(d: usize, v: i64): bool {
  Reg.put<T>(d, v);
  return true;
}

function multiply(d: usize, a: i64, b: i64): bool {
  return put<u16>(d, Product.signed<u16>(a, b));
}

function multiply_memory<T>(ip: usize, immediate: bool): bool {
  const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
  if (!p) return false;
  const d = Insn.dst(ip);
  return put<T>(d, Product.signed<T>(Sx.load<T>(p), immediate ? Insn.imm(ip) : Reg.sx<T>(d)));
}

/** CMOV loads whether or not the condition holds, and always clears the upper half of a 32-bit destination. */
function move_if<T>(ip: usize): bool {
  const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
  if (!p) return false;
  const d = Insn.dst(ip);
  return put<T>(d, cond(load<u8>(ip, INSN_AUX)) ? Zx.load<T>(p) : Reg.zx<T>(d));
}

function carry(c: u64): bool {
  Flags.explicit((flags_arithmetic() & ~CF) | c);
  return true;
}

/** SAHF: SF ZF AF PF CF from AH. */
function sahf(): bool {
  Flags.explicit((flags_arithmetic() & OF) | (Reg.zx<u8>(GPR_RAX + 1) & 0xd5));
  return true;
}

function direction(df: u64): bool {
  store<u64>(CPU_BASE + CPU_EFLAGS, (load<u64>(CPU_BASE + CPU_EFLAGS) & ~DF) | df);
  return true;
}

function pop_segment<T>(ip: usize): bool {
  const p = Stack.top<T>();
  if (!p || !load_segment(Insn.dst(ip), load<u16>(p) as u32)) return false;
  Stack.drop(sizeof<T>());
  return true;
}

function xlat_exec(ip: usize): bool {
  let va = Reg.zx<u64>(GPR_RBX) + Reg.zx<u8>(GPR_RAX);
  if (load<u8>(ip, INSN_FLAGS) & INSN_ADDR32) va &= 0xffffffff;
  return xlat(va + load<u64>(load<u8>(ip, INSN_AUX) as usize, CPU_BASE));
}
