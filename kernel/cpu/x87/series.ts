// Power series in the 128-bit working format: exp, log, sine, cosine, arc tangent on reduced arguments.
// Arguments and results are Big values; each series stops when its terms no longer reach the answer.
import { BIG_SIZE, Big, big_add, big_copy, big_divInt, big_fromInt, big_isZero, big_mul, big_negate } from './big.ts';

const TERM: usize = memory.data(BIG_SIZE, 8);
const POWER: usize = memory.data(BIG_SIZE, 8);
const SQUARE: usize = memory.data(BIG_SIZE, 8);
const SUM: usize = memory.data(BIG_SIZE, 8);

/** Terms smaller than this many binary places below the sum are beyond the working precision. */
const PRECISION: i32 = 128;

function isNegligible(term: usize, sum: usize): bool {
  return big_isZero(term) || Big.at(term).exp < Big.at(sum).exp - PRECISION;
}

/** e^x - 1 for |x| <= ln 2. */
export function series_expm1(d: usize, x: usize): void {
  big_copy(TERM, x);
  big_copy(SUM, x);
  for (let n = 2; !isNegligible(TERM, SUM); n++) {
    big_mul(TERM, TERM, x);
    big_divInt(TERM, TERM, n);
    big_add(SUM, SUM, TERM);
  }
  big_copy(d, SUM);
}

/** Sum of x^n / n over odd n; with alternating signs the arc tangent, without the area tangent. |x| <= 1/5. */
function oddSeries(d: usize, x: usize, alternating: bool): void {
  big_mul(SQUARE, x, x);
  if (alternating) big_negate(SQUARE);
  big_copy(POWER, x);
  big_copy(TERM, x);
  big_copy(SUM, x);
  for (let n = 3; !isNegligible(TERM, SUM); n += 2) {
    big_mul(POWER, POWER, SQUARE);
    big_divInt(TERM, POWER, n);
    big_add(SUM, SUM, TERM);
  }
  big_copy(d, SUM);
}

export function series_atanh(d: usize, x: usize): void {
  oddSeries(d, x, false);
}

export function series_atan(d: usize, x: usize): void {
  oddSeries(d, x, true);
}

/** Sum of the alternating x^n / n! from the given first power (0: cosine, 1: sine) for |x| <= pi/4. */
function circular(d: usize, x: usize, first: u32): void {
  big_mul(SQUARE, x, x);
  big_negate(SQUARE);
  if (first == 0) big_fromInt(TERM, 1);
  else big_copy(TERM, x);
  big_copy(SUM, TERM);
  for (let n = first + 2; !isNegligible(TERM, SUM); n += 2) {
    big_mul(TERM, TERM, SQUARE);
    big_divInt(TERM, TERM, (n - 1) * n);
    big_add(SUM, SUM, TERM);
  }
  big_copy(d, SUM);
}

export function series_sin(d: usize, x: usize): void {
  circular(d, x, 1);
}

export function series_cos(d: usize, x: usize): void {
  circular(d, x, 0);
}
