// One LZ4 block: the decoder. Format: lz4_Block_format.md of the LZ4 project.
// Invariant: reads stay below src + srcLen and writes below dst + dstLen whatever the input is.

/** Decodes a block that must give exactly dstLen bytes; false = corrupt. */
export function lz4_decode(src: usize, srcLen: u32, dst: usize, dstLen: u32): bool {
  const srcEnd = src + (srcLen as usize);
  const dstEnd = dst + (dstLen as usize);
  const dstStart = dst;
  while (src < srcEnd) {
    const token = load<u8>(src++) as u32;
    let literals = (token >> 4) as usize;
    if (literals == 15) {
      let b: u32 = 255;
      while (b == 255) {
        if (src >= srcEnd) return false;
        b = load<u8>(src++);
        literals += b as usize;
      }
    }
    if (literals > srcEnd - src || literals > dstEnd - dst) return false;
    memory.copy(dst, src, literals);
    src += literals;
    dst += literals;
    if (src == srcEnd) return dst == dstEnd; // the last sequence has no match
    if (srcEnd - src < 2) return false;
    const distance = load<u16>(src) as usize;
    src += 2;
    let length = ((token & 15) as usize) + 4;
    if (length == 19) {
      let b: u32 = 255;
      while (b == 255) {
        if (src >= srcEnd) return false;
        b = load<u8>(src++);
        length += b as usize;
      }
    }
    if (!distance || distance > dst - dstStart || length > dstEnd - dst) return false;
    copy_match(dst, distance, length);
    dst += length;
  }
  return false;
}

/** Copies length bytes from distance behind dst; the ranges may overlap, then the pattern repeats. */
function copy_match(dst: usize, distance: usize, length: usize): void {
  if (distance >= length) {
    memory.copy(dst, dst - distance, length);
    return;
  }
  const end = dst + length;
  if (distance >= 8) {
    while (end - dst >= 8) {
      store<u64>(dst, load<u64>(dst - distance));
      dst += 8;
    }
  }
  while (dst < end) {
    store<u8>(dst, load<u8>(dst - distance));
    dst++;
  }
}
