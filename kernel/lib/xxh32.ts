// XXH32, the checksum of saved memories: doc/xxhash_spec.md of the xxHash project, seed 0.
// Invariant: everything is in locals, since the memory of the kernel may be what is being filled.

const PRIME_1: u32 = 2654435761;
const PRIME_2: u32 = 2246822519;
const PRIME_3: u32 = 3266489917;
const PRIME_4: u32 = 668265263;
const PRIME_5: u32 = 374761393;

export function xxh32(p: usize, length: u32): u32 {
  const end = p + (length as usize);
  let h = PRIME_5;
  if (length >= 16) {
    let a = PRIME_1 + PRIME_2;
    let b = PRIME_2;
    let c: u32 = 0;
    let d: u32 = 0 - PRIME_1;
    for (; p + 16 <= end; p += 16) {
      a = lane(a, load<u32>(p));
      b = lane(b, load<u32>(p, 4));
      c = lane(c, load<u32>(p, 8));
      d = lane(d, load<u32>(p, 12));
    }
    h = rotl<u32>(a, 1) + rotl<u32>(b, 7) + rotl<u32>(c, 12) + rotl<u32>(d, 18);
  }
  h += length;
  for (; p + 4 <= end; p += 4) h = rotl<u32>(h + load<u32>(p) * PRIME_3, 17) * PRIME_4;
  for (; p < end; p++) h = rotl<u32>(h + (load<u8>(p) as u32) * PRIME_5, 11) * PRIME_1;
  h = (h ^ (h >> 15)) * PRIME_2;
  h = (h ^ (h >> 13)) * PRIME_3;
  return h ^ (h >> 16);
}

function lane(sum: u32, word: u32): u32 {
  return rotl<u32>(sum + word * PRIME_2, 13) * PRIME_1;
}
