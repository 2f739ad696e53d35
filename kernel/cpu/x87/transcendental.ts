// F2XM1, FYL2X, FYL2XP1, FSIN, FCOS, FPTAN, FPATAN. Special cases: Intel SDM volume 2, the tables of each instruction.
import {
  BIG_SIZE,
  Big,
  big_add,
  big_copy,
  big_div,
  big_from80,
  big_fromInt,
  big_isZero,
  big_mul,
  big_negate,
  big_normalise,
  big_set,
  big_to80,
} from './big.ts';
import {
  DE,
  denormalCheck,
  EXP_BIAS,
  F80,
  INTEGER_BIT,
  invalid,
  isDenormal,
  isInfinity,
  isZero,
  nanBinary,
  nanUnary,
  PE,
  Raised,
  setInfinity,
  setZero,
  ZE,
} from './float80.ts';
import { series_atan, series_atanh, series_cos, series_expm1, series_sin } from './series.ts';
import { normalExp, normalSig } from './unpacked.ts';

const X: usize = memory.data(BIG_SIZE, 8);
const Y: usize = memory.data(BIG_SIZE, 8);
const T: usize = memory.data(BIG_SIZE, 8);
const U: usize = memory.data(BIG_SIZE, 8);
const ONE: usize = memory.data(BIG_SIZE, 8);

const LN2_HI: u64 = 0xb17217f7d1cf79ab;
const LN2_LO: u64 = 0xc9e3b39803f2f6af;
const TWO_OVER_LN2_HI: u64 = 0xb8aa3b295c17f0bb;
const TWO_OVER_LN2_LO: u64 = 0xbe87fed0691d3e89;
const PI_HI: u64 = 0xc90fdaa22168c234;
const PI_LO: u64 = 0xc4c6628b80dc1cd1;
/** The unit reduces angles with a pi of 66 bits. */
const PI66_LO: u64 = 0xc000000000000000;
/** Angles from 2^63 on are refused with C2. */
const ANGLE_EXP_LIMIT: i32 = 63;

/** 2^a - 1 for |a| <= 1; beyond that the unit's result is undefined and a is returned. */
export function f80_exp2m1(dst: usize, a: usize): void {
  if (nanUnary(dst, a)) return;
  if (isInfinity(a)) {
    if (F80.sign(a)) F80.set(dst, 1, EXP_BIAS, INTEGER_BIT);
    else setInfinity(dst, 0);
    return;
  }
  denormalCheck(a, a);
  if (isZero(a)) {
    F80.copy(dst, a);
    return;
  }
  if (normalExp(a) > EXP_BIAS || (normalExp(a) == EXP_BIAS && normalSig(a) != INTEGER_BIT)) {
    outOfRange(dst, a);
    return;
  }
  big_from80(X, a);
  big_set(T, 0, -1, LN2_HI, LN2_LO);
  big_mul(X, X, T);
  series_expm1(T, X);
  big_to80(dst, T);
}

/** The manual calls this result undefined; the unit answers with the operand. */
function outOfRange(dst: usize, a: usize): void {
  Raised.add(PE);
  F80.copy(dst, a);
}

/** y * log2(x) */
export function f80_ylog2(dst: usize, x: usize, y: usize): void {
  if (nanBinary(dst, x, y)) return;
  if (isZero(x)) {
    logOfZero(dst, y);
    return;
  }
  if (F80.sign(x)) {
    invalid(dst);
    return;
  }
  const exp = normalExp(x) - EXP_BIAS;
  const isOne = exp == 0 && normalSig(x) == INTEGER_BIT;
  if (isInfinity(x) || isInfinity(y)) {
    const sign = F80.sign(y) ^ ((exp < 0) as u32);
    if (isOne || isZero(y)) invalid(dst);
    else {
      denormalCheck(x, y);
      setInfinity(dst, sign);
    }
    return;
  }
  denormalCheck(x, y);
  if (isOne || isZero(y)) {
    setZero(dst, F80.sign(y) ^ ((exp < 0) as u32));
    return;
  }
  big_from80(X, x);
  log2Of(T, X);
  big_from80(Y, y);
  big_mul(T, T, Y);
  big_to80(dst, T);
}

function logOfZero(dst: usize, y: usize): void {
  if (isZero(y)) invalid(dst);
  else {
    if (!isInfinity(y)) Raised.add(ZE);
    setInfinity(dst, F80.sign(y) ^ 1);
  }
}

/** log2(x) = k + 2/ln2 * atanh((m - 1) / (m + 1)), m in [sqrt 1/2, sqrt 2). */
function log2Of(d: usize, x: usize): void {
  const big = Big.at(x);
  let k = big.exp;
  big.exp = 0;
  // 0xb504f333... = sqrt 2
  if (big.hi > 0xb504f333f9de6484) {
    big.exp = -1;
    k++;
  }
  big_fromInt(ONE, 1);
  big_add(U, x, ONE);
  big_negate(ONE);
  big_add(T, x, ONE);
  log2Ratio(d, T, U);
  big_fromInt(U, k as i64);
  big_add(d, d, U);
}

/** 2/ln2 * atanh(a / b) */
function log2Ratio(d: usize, a: usize, b: usize): void {
  if (big_isZero(a)) {
    big_copy(d, a);
    return;
  }
  big_div(U, a, b);
  series_atanh(d, U);
  big_set(U, 0, 1, TWO_OVER_LN2_HI, TWO_OVER_LN2_LO);
  big_mul(d, d, U);
}

/** y * log2(x + 1) */
export function f80_ylog2p1(dst: usize, x: usize, y: usize): void {
  if (nanBinary(dst, x, y)) return;
  const sign = F80.sign(x) ^ F80.sign(y);
  if (isInfinity(x) || isInfinity(y)) {
    if (isZero(x) || isZero(y) || (isInfinity(x) && F80.sign(x))) invalid(dst);
    else {
      denormalCheck(x, y);
      setInfinity(dst, sign);
    }
    return;
  }
  denormalCheck(x, y);
  if (isZero(x) || isZero(y)) {
    setZero(dst, sign);
    return;
  }
  big_from80(X, x);
  if (Big.at(X).exp < -2) {
    big_fromInt(U, 2);
    big_add(U, U, X);
    log2Ratio(T, X, U);
  } else {
    big_fromInt(ONE, 1);
    big_add(X, X, ONE);
    if (Big.at(X).sign || big_isZero(X)) {
      outOfRange(dst, x);
      return;
    }
    log2Of(T, X);
  }
  big_from80(Y, y);
  big_mul(T, T, Y);
  big_to80(dst, T);
}

/** True when the angle is too large to be reduced: nothing is computed and C2 is set. */
export function angleTooLarge(a: usize): bool {
  const exp = F80.exp(a);
  return exp >= EXP_BIAS + ANGLE_EXP_LIMIT && exp != 0x7fff;
}

/** Special angles: true when dst holds the answer (for a zero the angle itself). */
function specialAngle(dst: usize, a: usize): bool {
  if (nanUnary(dst, a)) return true;
  if (isInfinity(a)) {
    invalid(dst);
    return true;
  }
  if (isDenormal(a)) Raised.add(DE);
  return false;
}

export function f80_sin(dst: usize, a: usize): void {
  if (specialAngle(dst, a)) return;
  if (isZero(a)) {
    F80.copy(dst, a);
    return;
  }
  const sign = F80.sign(a);
  const octant = reduceAngle(a);
  sineOf(T, octant);
  Big.at(T).sign ^= sign;
  big_to80(dst, T);
}

export function f80_cos(dst: usize, a: usize): void {
  if (specialAngle(dst, a)) return;
  if (isZero(a)) {
    F80.set(dst, 0, EXP_BIAS, INTEGER_BIT);
    return;
  }
  sineOf(T, reduceAngle(a) + 1);
  big_to80(dst, T);
}

export function f80_tan(dst: usize, a: usize): void {
  if (specialAngle(dst, a)) return;
  if (isZero(a)) {
    F80.copy(dst, a);
    return;
  }
  const sign = F80.sign(a);
  const quadrant = reduceAngle(a);
  sineOf(Y, quadrant);
  sineOf(T, quadrant + 1);
  big_div(T, Y, T);
  Big.at(T).sign ^= sign;
  big_to80(dst, T);
}

/** sin(X + quadrant * pi/2) for the reduced angle in X. */
function sineOf(d: usize, quadrant: u32): void {
  if ((quadrant & 1) != 0) series_cos(d, X);
  else series_sin(d, X);
  if ((quadrant & 2) != 0) big_negate(d);
}

/** Reduces |a| by multiples of pi/2 to X in [-pi/4, pi/4]; returns the multiple modulo 4. */
function reduceAngle(a: usize): u32 {
  big_from80(X, a);
  const big = Big.at(X);
  big.sign = 0;
  let quadrant: u32 = 0;
  if (big.exp >= 0) quadrant = longReduction(big);
  big_set(T, 0, 0, PI_HI, PI66_LO);
  Big.at(T).exp = -1; // pi/4
  if (!big_isZero(X) && isAbove(X, T)) {
    Big.at(T).exp = 0;
    Big.at(T).sign = 1;
    big_add(X, X, T);
    quadrant++;
  }
  return quadrant;
}

function isAbove(a: usize, b: usize): bool {
  const x = Big.at(a);
  const y = Big.at(b);
  if (x.exp != y.exp) return x.exp > y.exp;
  return x.hi != y.hi ? x.hi > y.hi : x.lo > y.lo;
}

/** big mod pi/2 (exponent 0), bit by bit; returns the quotient modulo 4. */
function longReduction(big: Big): u32 {
  let hi = big.hi;
  let lo = big.lo;
  let carry: u64 = 0;
  let quotient: u32 = 0;
  for (let steps = big.exp; ; steps--) {
    quotient <<= 1;
    if (carry != 0 || hi > PI_HI || (hi == PI_HI && lo >= PI66_LO)) {
      hi = hi - PI_HI - ((lo < PI66_LO) as u64);
      lo -= PI66_LO;
      quotient |= 1;
    }
    if (steps == 0) break;
    carry = hi >> 63;
    hi = (hi << 1) | (lo >> 63);
    lo <<= 1;
  }
  big_normalise(changetype<usize>(big), 0, 0, hi, lo);
  return quotient & 3;
}

/** Arc tangent of y / x in the quadrant of (x, y). */
export function f80_atan2(dst: usize, y: usize, x: usize): void {
  if (nanBinary(dst, y, x)) return;
  const signY = F80.sign(y);
  const signX = F80.sign(x);
  denormalCheck(y, x);
  if (isZero(y) || (isInfinity(x) && !isInfinity(y))) {
    if (signX) angle(dst, signY, 4);
    else setZero(dst, signY);
    return;
  }
  if (isInfinity(y)) {
    angle(dst, signY, isInfinity(x) ? (signX ? 3 : 1) : 2);
    return;
  }
  if (isZero(x)) {
    angle(dst, signY, 2);
    return;
  }
  big_from80(Y, y);
  big_from80(X, x);
  Big.at(Y).sign = 0;
  Big.at(X).sign = 0;
  const steep = isAbove(Y, X);
  if (steep) big_div(T, X, Y);
  else big_div(T, Y, X);
  atanOf(T);
  if (steep) complement(2);
  if (signX) complement(4);
  Big.at(T).sign = signY;
  big_to80(dst, T);
}

/** T = quarters * pi/4 - T */
function complement(quarters: u32): void {
  big_negate(T);
  big_set(U, 0, quarters == 4 ? 1 : 0, PI_HI, PI_LO);
  big_add(T, T, U);
}

/** Stores quarters * pi/4, rounded. */
function angle(dst: usize, sign: u32, quarters: u32): void {
  big_set(T, 0, -1, PI_HI, PI_LO);
  big_fromInt(U, quarters as i64);
  big_mul(T, T, U);
  Big.at(T).sign = sign;
  big_to80(dst, T);
}

/** T = atan(T) for 0 < T <= 1: atan(c) + atan((t - c) / (1 + t c)) with c a multiple of 1/4 near t. */
function atanOf(p: usize): void {
  const big = Big.at(p);
  const quarters = big.exp < -3 ? 0 : (((((big.hi >> 60) as u32) + (1 << (0 - big.exp))) >> (1 - big.exp)) as u32);
  if (quarters == 0) {
    big_copy(X, p);
    series_atan(p, X);
    return;
  }
  // X = c, Y = 1 + t c, U = t - c
  big_fromInt(X, quarters as i64);
  Big.at(X).exp -= 2;
  big_mul(Y, p, X);
  big_fromInt(ONE, 1);
  big_add(Y, Y, ONE);
  big_negate(X);
  big_add(U, p, X);
  if (big_isZero(U)) big_copy(p, U);
  else {
    big_div(X, U, Y);
    series_atan(p, X);
  }
  atanOfQuarter(U, quarters);
  big_add(p, p, U);
}

function atanOfQuarter(d: usize, quarters: u32): void {
  switch (quarters) {
    case 1:
      big_set(d, 0, -3, 0xfadbafc96406eb15, 0x6dc79ef5f7a217e6);
      break;
    case 2:
      big_set(d, 0, -2, 0xed63382b0dda7b45, 0x6fe445ecbc3a8d03);
      break;
    case 3:
      big_set(d, 0, -1, 0xa4bc7d1934f70924, 0x19a87f2a457dac9f);
      break;
    default:
      big_set(d, 0, -1, PI_HI, PI_LO);
  }
}
