// Instructions between MMX and SSE registers: MOVQ2DQ, MOVDQ2Q and the conversions to and from pairs of integers (SDM volume 2).
import { Mxcsr, settle } from '../sse/mxcsr.ts';
import { Source, Xmm } from '../sse/operand.ts';
import { soft_from_int, soft_to_int } from '../sse/soft_convert.ts';
import { Format } from '../sse/soft_format.ts';
import { Mmx } from './registers.ts';

export function movq2dq(ip: usize): bool {
  if (!Mmx.ready()) return false;
  const d = Xmm.dst(ip);
  Mmx.enter();
  store<u64>(d, load<u64>(Mmx.src(ip)));
  store<u64>(d, 0, 8);
  return true;
}

export function movdq2q(ip: usize): bool {
  if (!Mmx.ready()) return false;
  Mmx.put(ip, load<u64>(Xmm.src(ip)));
  return true;
}

/** CVTPI2PS: two integers into the low half. Here and in CVTPI2PD a memory operand leaves the x87 state alone. */
export function cvtpi2ps(ip: usize): bool {
  const memory = Source.inMemory(ip);
  if (!memory && !Mmx.ready()) return false;
  const s = Mmx.source(ip, 8);
  if (!s) return false;
  if (!memory) Mmx.enter();
  Mxcsr.begin();
  const low = soft_from_int<f32>(load<i32>(s) as i64);
  const high = soft_from_int<f32>(load<i32>(s, 4) as i64);
  if (!settle()) return false;
  store<u64>(Xmm.dst(ip), low | (high << 32));
  return true;
}

/** CVTPI2PD: exact. */
export function cvtpi2pd(ip: usize): bool {
  const memory = Source.inMemory(ip);
  if (!memory && !Mmx.ready()) return false;
  const s = Mmx.source(ip, 8);
  if (!s) return false;
  if (!memory) Mmx.enter();
  v128.store(Xmm.dst(ip), f64x2.convert_low_i32x4_s(i64x2.splat(load<i64>(s))));
  return true;
}

/** CVTPS2PI, CVTTPS2PI, CVTPD2PI, CVTTPD2PI: two values of T. */
export function convert_to_pair<T>(ip: usize, rounding: u32): bool {
  if (!Mmx.ready()) return false;
  const s = sizeof<T>() == 8 ? Source.aligned(ip) : Source.any(ip, 8);
  if (!s) return false;
  Mmx.enter();
  Mxcsr.begin();
  const low = soft_to_int<T, i32>(Format.load<T>(s), rounding);
  const high = soft_to_int<T, i32>(Format.load<T>(s + sizeof<T>()), rounding);
  if (!settle()) return false;
  Mmx.put(ip, (low as u32 as u64) | ((high as u64) << 32));
  return true;
}
