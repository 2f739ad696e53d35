// Byte strings: (ptr, length) or NUL-terminated; never managed strings.
// cstr('text') is the address of static NUL-terminated bytes: tools/asc-cstr.js replaces each call by a memory.data
// expression while asc parses, so that it is a constant and the function itself does not exist at run time.

/** Address of the literal's bytes in static memory, NUL-terminated. The argument must be a string literal. */
export declare function cstr(literal: string): usize;

export function str_len(s: usize): i32 {
  let p = s;
  while (load<u8>(p)) p++;
  return (p - s) as i32;
}

/** strcmp(3). */
export function str_cmp(a: usize, b: usize): i32 {
  while (load<u8>(a) && load<u8>(a) == load<u8>(b)) {
    a++;
    b++;
  }
  return (load<u8>(a) as i32) - (load<u8>(b) as i32);
}

export function str_eq(a: usize, b: usize): bool {
  return str_cmp(a, b) == 0;
}

export function mem_cmp(a: usize, b: usize, n: usize): i32 {
  for (let i: usize = 0; i < n; i++) {
    const d = (load<u8>(a + i) as i32) - (load<u8>(b + i) as i32);
    if (d) return d;
  }
  return 0;
}

export function mem_eq(a: usize, b: usize, n: usize): bool {
  return mem_cmp(a, b, n) == 0;
}

/** Are the n bytes at p exactly the NUL-terminated s? */
export function mem_is(p: usize, n: i32, s: usize): bool {
  for (let i = 0; i < n; i++) {
    if (load<u8>(p + i) != load<u8>(s + i) || !load<u8>(s + i)) return false;
  }
  return !load<u8>(s + n);
}

/** Offset of byte c in the n bytes at p, or -1. */
export function mem_chr(p: usize, c: u8, n: i32): i32 {
  for (let i = 0; i < n; i++) if (load<u8>(p + i) == c) return i;
  return -1;
}

/** Decimal digits of v at p, no NUL; returns how many (at most 20). */
export function put_dec(p: usize, v: u64): i32 {
  let n = 1;
  for (let t = v / 10; t; t /= 10) n++;
  for (let i = n - 1; i >= 0; i--) {
    store<u8>(p + i, (0x30 + (v % 10)) as u8);
    v /= 10;
  }
  return n;
}

/** Value of the n bytes at p when all are decimal digits and it fits in 31 bits, else -1. */
export function parse_dec(p: usize, n: i32): i32 {
  if (n < 1 || n > 10) return -1;
  let v: i64 = 0;
  for (let i = 0; i < n; i++) {
    const d = (load<u8>(p + i) as i32) - 0x30;
    if (d < 0 || d > 9) return -1;
    v = v * 10 + d;
  }
  return v > 0x7fffffff ? -1 : (v as i32);
}
