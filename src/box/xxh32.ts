// XXH32, the checksum of saved memories: doc/xxhash_spec.md of the xxHash project, seed 0. Finds damage, proves no origin.

const PRIME_1 = 2654435761;
const PRIME_2 = 2246822519;
const PRIME_3 = 3266489917;
const PRIME_4 = 668265263;
const PRIME_5 = 374761393;

export function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = bytes.length & ~15;
  let h = bytes.length >= 16 ? stripes(view, at) : PRIME_5;
  h = (h + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4) {
    h = Math.imul(rotate(h + Math.imul(view.getUint32(at, true), PRIME_3), 17), PRIME_4);
  }
  for (; at < bytes.length; at++) h = Math.imul(rotate(h + Math.imul(bytes[at], PRIME_5), 11), PRIME_1);
  h = Math.imul(h ^ (h >>> 15), PRIME_2);
  h = Math.imul(h ^ (h >>> 13), PRIME_3);
  return (h ^ (h >>> 16)) >>> 0;
}

function stripes(view: DataView, end: number): number {
  let a = (PRIME_1 + PRIME_2) | 0;
  let b = PRIME_2 | 0;
  let c = 0;
  let d = -PRIME_1 | 0;
  for (let at = 0; at < end; at += 16) {
    a = Math.imul(rotate(a + Math.imul(view.getInt32(at, true), PRIME_2), 13), PRIME_1);
    b = Math.imul(rotate(b + Math.imul(view.getInt32(at + 4, true), PRIME_2), 13), PRIME_1);
    c = Math.imul(rotate(c + Math.imul(view.getInt32(at + 8, true), PRIME_2), 13), PRIME_1);
    d = Math.imul(rotate(d + Math.imul(view.getInt32(at + 12, true), PRIME_2), 13), PRIME_1);
  }
  return (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
