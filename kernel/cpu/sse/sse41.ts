// SSE4.1 instructions of their own kind: PTEST, dot products, MPSADBW (SDM volume 2).
import { Flags, CF, ZF } from '../flags.ts';
import { lane } from './float_arith.ts';
import { ADD, MUL } from './float_kind.ts';
import { Mxcsr, settle } from './mxcsr.ts';
import { Imm, Source, Xmm } from './operand.ts';
import { Format } from './soft_format.ts';

/** 16 bytes: a result being put together. */
const RESULT: usize = memory.data(16, 16);

/** ZF: src & dst is zero. CF: src & ~dst is zero. */
export function ptest(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const a = v128.load(Xmm.dst(ip));
  const b = v128.load(s);
  let flags: u64 = v128.any_true(v128.and(b, a)) ? 0 : ZF;
  if (!v128.any_true(v128.andnot(b, a))) flags |= CF;
  Flags.explicit(flags);
  return true;
}

/** DPPS, DPPD: products of the lanes in imm 7:4, summed pairwise, to the lanes in imm 3:0. */
export function dot_product<T>(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const imm = Imm.byte(ip);
  Mxcsr.begin();
  for (let i: usize = 0; i < 16; i += sizeof<T>()) {
    const chosen = (imm >> (4 + ((i / sizeof<T>()) as u32))) & 1;
    Format.store<T>(RESULT + i, chosen ? lane<T>(MUL, Format.load<T>(d + i), Format.load<T>(s + i)) : 0);
  }
  if (!settle()) return false;
  Mxcsr.begin();
  let sum = sum_of_two<T>(RESULT);
  if (sizeof<T>() == 4) sum = lane<T>(ADD, sum, sum_of_two<T>(RESULT + 8));
  if (!settle()) return false;
  for (let i: usize = 0; i < 16; i += sizeof<T>()) {
    Format.store<T>(d + i, (imm >> ((i / sizeof<T>()) as u32)) & 1 ? sum : 0);
  }
  return true;
}

function sum_of_two<T>(p: usize): u64 {
  return lane<T>(ADD, Format.load<T>(p), Format.load<T>(p + sizeof<T>()));
}

/** MPSADBW: for each of eight places in dst, the sum of absolute differences to four bytes of src. */
export function mpsadbw(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const imm = Imm.byte(ip);
  const window = d + ((imm >> 2) & 1) * 4;
  const block = load<u32>(s + (imm & 3) * 4);
  let sums = i16x8.splat(0);
  for (let i: u32 = 0; i < 4; i++) {
    const places = i16x8.extend_low_i8x16_u(v128.load64_zero(window + i));
    const byte = i16x8.splat(((block >> (8 * i)) & 0xff) as i16);
    sums = i16x8.add(sums, i16x8.abs(i16x8.sub(places, byte)));
  }
  v128.store(d, sums);
  return true;
}
