// ADX, BMI1, BMI2: the three-operand bit instructions (SDM volume 2). INSN_AUX is the register of VEX.vvvv.
import { GPR_RDX } from '../../abi/cpu.ts';
import { INSN_AUX, INSN_OP } from '../../abi/insn.ts';
import {
  OP_ADCX_RR32,
  OP_ADOX_RR32,
  OP_ANDN_RRR32,
  OP_BEXTR_RRR32,
  OP_BLSI_RR32,
  OP_BLSMSK_RR32,
  OP_BLSR_RR32,
  OP_BZHI_RRR32,
  OP_MULX_RRR32,
  OP_PDEP_RRR32,
  OP_PEXT_RRR32,
  OP_RORX_RRI32,
  OP_SARX_RRR32,
  OP_SHLX_RRR32,
  OP_SHRX_RRR32,
} from '../../isa/ops.gen.ts';
import { Ea } from './ea.ts';
import { raise_ud } from './fault.ts';
import { CF, Flags, flag_c, flag_o, flags_arithmetic, OF, SF, ZF } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Sx, Zx } from './operand.ts';
import { Wide } from './wide.ts';

/** Every mnemonic has four numbers: register 32 and 64, memory 32 and 64. */
export function bmi_exec(ip: usize): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - OP_ADCX_RR32;
  const first = OP_ADCX_RR32 + ((k & ~3) as i32);
  return k & 1 ? run<u64>(ip, first, (k & 2) != 0) : run<u32>(ip, first, (k & 2) != 0);
}

function run<T>(ip: usize, what: i32, memory: bool): bool {
  let a: u64;
  if (memory) {
    const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    a = Zx.load<T>(p);
  } else a = Reg.zx<T>(Insn.src(ip));
  const d = Insn.dst(ip);
  const v = Reg.zx<T>(load<u8>(ip, INSN_AUX) as usize);
  switch (what) {
    case OP_ADCX_RR32:
      return add_with<T>(d, a, CF);
    case OP_ADOX_RR32:
      return add_with<T>(d, a, OF);
    case OP_ANDN_RRR32:
      return logic<T>(d, ~v & a, false);
    case OP_BLSR_RR32:
      return logic<T>(d, a & (a - 1), a == 0);
    case OP_BLSMSK_RR32:
      return logic<T>(d, a ^ (a - 1), a == 0);
    case OP_BLSI_RR32:
      return logic<T>(d, a & (0 - a), a != 0);
    case OP_BEXTR_RRR32:
      return extract<T>(d, a, v);
    case OP_BZHI_RRR32:
      return zero_high<T>(d, a, v & 0xff);
    case OP_MULX_RRR32:
      return multiply<T>(d, load<u8>(ip, INSN_AUX) as usize, a);
    default:
      return quiet<T>(ip, what, d, a, v);
  }
}

/** The ones that leave the flags alone. */
function quiet<T>(ip: usize, what: i32, d: usize, a: u64, v: u64): bool {
  const bits: u64 = sizeof<T>() * 8;
  const n = v & (bits - 1);
  switch (what) {
    case OP_PEXT_RRR32:
      Reg.put<T>(d, gather(v, a));
      return true;
    case OP_PDEP_RRR32:
      Reg.put<T>(d, scatter(v, a));
      return true;
    case OP_SHLX_RRR32:
      Reg.put<T>(d, a << n);
      return true;
    case OP_SHRX_RRR32:
      Reg.put<T>(d, a >> n);
      return true;
    case OP_SARX_RRR32:
      Reg.put<T>(d, Sx.cut<T>(a) >> n);
      return true;
    case OP_RORX_RRI32: {
      const by = Insn.imm(ip) & (bits - 1);
      Reg.put<T>(d, by ? (a >> by) | (a << (bits - by)) : a);
      return true;
    }
    default:
      return raise_ud();
  }
}

/** ADCX and ADOX: the carry lives in one flag, the others are kept. */
function add_with<T>(d: usize, a: u64, flag: u64): bool {
  const b = Reg.zx<T>(d);
  const sum = a + b;
  const r = sum + (flag == CF ? flag_c() : flag_o());
  const carry = sizeof<T>() == 8 ? sum < a || r < sum : r >> 32 != 0;
  Flags.explicit((flags_arithmetic() & ~flag) | (carry ? flag : 0));
  Reg.put<T>(d, r);
  return true;
}

/** SF and ZF from the result, CF as given, the others 0. */
function logic<T>(d: usize, r: u64, carry: bool): bool {
  const s = Sx.cut<T>(r);
  Flags.explicit((s == 0 ? ZF : 0) | (s < 0 ? SF : 0) | (carry ? CF : 0));
  Reg.put<T>(d, s);
  return true;
}

function extract<T>(d: usize, a: u64, control: u64): bool {
  const start = control & 0xff;
  const length = (control >> 8) & 0xff;
  let r = start < 64 ? a >> start : 0;
  if (length < 64) r &= ((1 as u64) << length) - 1;
  Flags.explicit(Sx.cut<T>(r) == 0 ? ZF : 0);
  Reg.put<T>(d, r);
  return true;
}

function zero_high<T>(d: usize, a: u64, n: u64): bool {
  const bits: u64 = sizeof<T>() * 8;
  return n >= bits ? logic<T>(d, a, true) : logic<T>(d, a & (((1 as u64) << n) - 1), false);
}

/** High half to the destination, low half to vvvv; the same register gets the high half. */
function multiply<T>(high: usize, low: usize, a: u64): bool {
  const b = Reg.zx<T>(GPR_RDX);
  const r = a * b;
  Reg.put<T>(low, r);
  Reg.put<T>(high, sizeof<T>() == 8 ? Wide.mulhu(a, b) : r >> 32);
  return true;
}

/** PEXT: the bits of a where mask has ones, packed. */
function gather(a: u64, mask: u64): u64 {
  let r: u64 = 0;
  for (let to: u64 = 0; mask; to++) {
    const from = ctz<u64>(mask);
    r |= ((a >> from) & 1) << to;
    mask &= mask - 1;
  }
  return r;
}

/** PDEP: the low bits of a, spread to where mask has ones. */
function scatter(a: u64, mask: u64): u64 {
  let r: u64 = 0;
  for (; mask; a >>= 1) {
    r |= (a & 1) << ctz<u64>(mask);
    mask &= mask - 1;
  }
  return r;
}
