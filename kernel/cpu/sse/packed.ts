// Runs packed instructions: fetches operands, applies the pure functions of the families, stores.
import { IntArith } from './int_arith.ts';
import { Imm, Source, Xmm } from './operand.ts';
import { ByteShift, LaneShift } from './shift.ts';

/** The packed operations that glibc's string functions consist of, without a second dispatch. */
@unmanaged
export class Packed {
  @inline static xor(ip: usize): bool {
    const s = Source.aligned(ip);
    if (!s) return false;
    const d = Xmm.dst(ip);
    v128.store(d, v128.xor(v128.load(d), v128.load(s)));
    return true;
  }
  @inline static or(ip: usize): bool {
    const s = Source.aligned(ip);
    if (!s) return false;
    const d = Xmm.dst(ip);
    v128.store(d, v128.or(v128.load(d), v128.load(s)));
    return true;
  }
  @inline static and(ip: usize): bool {
    const s = Source.aligned(ip);
    if (!s) return false;
    const d = Xmm.dst(ip);
    v128.store(d, v128.and(v128.load(d), v128.load(s)));
    return true;
  }
  @inline static equalBytes(ip: usize): bool {
    const s = Source.aligned(ip);
    if (!s) return false;
    const d = Xmm.dst(ip);
    v128.store(d, i8x16.eq(v128.load(d), v128.load(s)));
    return true;
  }
  @inline static minBytes(ip: usize): bool {
    const s = Source.aligned(ip);
    if (!s) return false;
    const d = Xmm.dst(ip);
    v128.store(d, i8x16.min_u(v128.load(d), v128.load(s)));
    return true;
  }
}

/** dst = dst op src of the integer families. */
export function packed(op: u32, ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  v128.store(d, IntArith.of(op, v128.load(d), v128.load(s)));
  return true;
}

export function shift_by_immediate(op: u32, ip: usize): bool {
  const d = Xmm.dst(ip);
  v128.store(d, LaneShift.of(op, v128.load(d), Imm.byte(ip) as u64));
  return true;
}

export function shift_by_operand(op: u32, ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  v128.store(d, LaneShift.of(op, v128.load(d), load<u64>(s)));
  return true;
}

/** PSLLDQ, PSRLDQ. */
export function shift_bytes(ip: usize, left: bool): bool {
  const d = Xmm.dst(ip);
  const a = v128.load(d);
  v128.store(d, left ? ByteShift.left(a, Imm.byte(ip)) : ByteShift.right(a, Imm.byte(ip)));
  return true;
}
