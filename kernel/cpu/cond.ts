// Condition codes (SDM volume 2, appendix B.1.4): Cond.* answer the usual kinds of flags from their operands.
import { FLAGS_EXPLICIT, FLAGS_LOGIC, FLAGS_SUB, Flags, flag_c, flag_o, Parity, PF, SF, ZF } from './flags.ts';

@unmanaged
export class Cond {
  @inline static e(): bool {
    return Flags.kind() == FLAGS_EXPLICIT ? (Flags.a() & ZF) != 0 : Flags.r() == 0;
  }

  @inline static s(): bool {
    return Flags.kind() == FLAGS_EXPLICIT ? (Flags.a() & SF) != 0 : Flags.r() < 0;
  }

  @inline static b(): bool {
    return Flags.kind() == FLAGS_SUB ? (Flags.a() as u64) < (Flags.b() as u64) : flag_c() != 0;
  }

  @inline static be(): bool {
    return Flags.kind() == FLAGS_SUB ? (Flags.a() as u64) <= (Flags.b() as u64) : below_equal();
  }

  @inline static l(): bool {
    const kind = Flags.kind();
    if (kind == FLAGS_SUB) return Flags.a() < Flags.b();
    return kind == FLAGS_LOGIC ? Flags.r() < 0 : less();
  }

  @inline static le(): bool {
    const kind = Flags.kind();
    if (kind == FLAGS_SUB) return Flags.a() <= Flags.b();
    return kind == FLAGS_LOGIC ? Flags.r() <= 0 : less_equal();
  }

  @inline static p(): bool {
    return Flags.kind() == FLAGS_EXPLICIT ? (Flags.a() & PF) != 0 : Parity.of(Flags.r()) != 0;
  }
}

function below_equal(): bool {
  return Cond.e() || flag_c() != 0;
}

function less(): bool {
  return Cond.s() != (flag_o() != 0);
}

function less_equal(): bool {
  return Cond.e() || less();
}

/** Does condition cc (0 = O .. 15 = G) hold? */
export function cond(cc: u32): bool {
  return any(cc >> 1) != ((cc & 1) != 0);
}

function any(pair: u32): bool {
  switch (pair) {
    case 0:
      return flag_o() != 0;
    case 1:
      return Cond.b();
    case 2:
      return Cond.e();
    case 3:
      return Cond.be();
    case 4:
      return Cond.s();
    case 5:
      return Cond.p();
    case 6:
      return Cond.l();
    default:
      return Cond.le();
  }
}
