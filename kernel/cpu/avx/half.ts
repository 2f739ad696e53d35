// F16C: half precision (1 sign, 5 exponent, 10 fraction bits) in memory, single precision in registers (SDM volume 2, VCVTPH2PS).
// Halves are never flushed: DAZ and FTZ are only about the singles.
import { Ea } from '../ea.ts';
import { Mem } from '../mem.ts';
import { INSN_IMM } from '../../../abi/insn.ts';
import { IE, Mxcsr, OE, PE, RC_DOWN, RC_NEAREST, RC_UP, settle, UE } from '../sse/mxcsr.ts';
import { A, daz, Format, raise_denormal, round_significand, shift_right_sticky, unpack } from '../sse/soft_format.ts';
import { Vex, Ymm } from './operand.ts';

const INFINITY: u32 = 0x7c00;
const QUIET: u32 = 0x200;
const BIAS: i32 = 15;
/** What the 63 significant bits of a value lose on the way to 11. */
const DROP: u64 = 52;
const LOST: u64 = ((1 as u64) << DROP) - 1;
/** The rounding mode is that of MXCSR. */
const MODE_OF_MXCSR: u32 = 4;

/** 32 bytes. */
const RESULT: usize = memory.data(32, 16);

/** VCVTPH2PS: exact. */
export function widen_halves(ip: usize): bool {
  const n = Vex.size(ip) as usize;
  const s = Vex.source(ip, (n / 2) as u32);
  if (!s) return false;
  Mxcsr.begin();
  for (let i: usize = 0; i < n; i += 4) store<u32>(RESULT + i, single_of(load<u16>(s + i / 2) as u32));
  return settle() ? Ymm.put(ip, v128.load(RESULT), v128.load(RESULT, 16)) : false;
}

function single_of(x: u32): u32 {
  const sign = (x & 0x8000) << 16;
  const magnitude = x & 0x7fff;
  if (magnitude > INFINITY) {
    if (!(x & QUIET)) Mxcsr.raise(IE);
    return sign | 0x7fc00000 | (magnitude << 13);
  }
  if (magnitude == INFINITY) return sign | 0x7f800000;
  // A half's bits, taken as a single's, mean 2^-112 times the half; multiplying is exact and normalises denormals.
  return sign | reinterpret<u32>(reinterpret<f32>(magnitude << 13) * reinterpret<f32>(0x77800000));
}

/** VCVTPS2PH to a register, zeros above. */
export function narrow_singles(ip: usize): bool {
  return narrowed(ip) ? Ymm.put(ip, v128.load(RESULT), i64x2.splat(0)) : false;
}

/** The same to memory: MXCSR has the flags of the conversion even if the store faults. */
export function narrow_singles_store(ip: usize): bool {
  if (!narrowed(ip)) return false;
  const n = Vex.size(ip) / 2;
  const p = Mem.w(Ea.of(ip), n);
  if (!p) return false;
  memory.copy(p, RESULT, n);
  Mem.commit(p);
  return true;
}

/** The halves of the source register, in RESULT; false = #XM. */
function narrowed(ip: usize): bool {
  const s = Ymm.src(ip);
  const n = Vex.size(ip) as usize;
  const imm = load<u8>(ip, INSN_IMM) as u32;
  const rounding = imm & MODE_OF_MXCSR ? Mxcsr.rounding() : imm & 3;
  v128.store(RESULT, i64x2.splat(0));
  Mxcsr.begin();
  for (let i: usize = 0; i < n; i += 4) store<u16>(RESULT + i / 2, half_of(load<u32>(s + i), rounding) as u16);
  return settle();
}

function half_of(x: u32, rounding: u32): u32 {
  const sign = (x >> 16) & 0x8000;
  if (Format.isNan<f32>(x)) {
    if (Format.isSignaling<f32>(x)) Mxcsr.raise(IE);
    return sign | INFINITY | QUIET | ((x >> 13) & 0x3ff);
  }
  const a = daz<f32>(x);
  if (Format.isInfinity<f32>(a)) return sign | INFINITY;
  if (Format.isZero<f32>(a)) return sign;
  raise_denormal<f32>(a, a);
  unpack<f32>(a, A);
  // To the CPU a denormal is never exact.
  const inexact = Format.isDenormal<f32>(a) || (A.sig & LOST) != 0;
  return sign | rounded_half(sign != 0, rounding, inexact);
}

/** The magnitude in A as a half; `inexact` if it were with unbounded exponents. */
function rounded_half(negative: bool, rounding: u32, inexact: bool): u32 {
  const biased = A.exp + BIAS;
  if (biased <= 0) return tiny_half(1 - biased, negative, rounding, inexact);
  // The leading bit adds one to the exponent, a carry another one.
  const r = (((biased - 1) as u32) << 10) + (round_significand(A.sig, DROP, negative, rounding) as u32);
  const precision: u32 = inexact ? PE : 0;
  if (r < INFINITY) {
    Mxcsr.raise(precision);
    return r;
  }
  Mxcsr.raise(OE | (Mxcsr.masked(OE) ? PE : precision));
  const away = rounding == RC_NEAREST || rounding == (negative ? RC_DOWN : RC_UP);
  return away ? INFINITY : INFINITY - 1;
}

/** Below the normal halves by `below` binades: underflow when the rounding with unbounded exponent is tiny too, and inexact or unmasked. */
function tiny_half(below: i32, negative: bool, rounding: u32, inexact: bool): u32 {
  const sig = shift_right_sticky(A.sig, below);
  const r = round_significand(sig, DROP, negative, rounding) as u32;
  const tiny = below > 1 || round_significand(A.sig, DROP, negative, rounding) >> 11 == 0;
  if (tiny && !Mxcsr.masked(UE)) Mxcsr.raise(inexact ? UE | PE : UE);
  else if (sig & LOST) Mxcsr.raise(tiny ? UE | PE : PE);
  return r;
}
