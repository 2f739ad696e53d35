// VPTEST, VTESTPS, VTESTPD: which bits two registers share, in ZF and CF (SDM volume 2).
import { CF, Flags, ZF } from '../flags.ts';
import { Vex, Ymm } from './operand.ts';

/** ZF: src & dst is zero. CF: src & ~dst is zero. Only bits that are set in `each` quadword count. */
export function test_bits(ip: usize, each: u64): bool {
  const counted = i64x2.splat(each as i64);
  const s = Vex.source(ip, Vex.size(ip));
  if (!s) return false;
  const d = Ymm.dst(ip);
  const b = v128.and(v128.load(s), counted);
  const b2 = v128.and(Vex.upper(ip, s), counted);
  const both = v128.or(v128.and(b, v128.load(d)), v128.and(b2, v128.load(d, 16)));
  const rest = v128.or(v128.andnot(b, v128.load(d)), v128.andnot(b2, v128.load(d, 16)));
  Flags.explicit((v128.any_true(both) ? 0 : ZF) | (v128.any_true(rest) ? 0 : CF));
  return true;
}
