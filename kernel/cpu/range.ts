// Operands larger than Mem serves at once (FXSAVE, FNSAVE images): all or nothing, across a page border too.
import { Mem } from './mem.ts';

/** Largest piece: Mem's limit. */
const PIECE: u32 = 64;

/** Makes sure that all n bytes at va can be written before the first one is. False: fault. */
function isWritable(va: u64, n: u32): bool {
  return Mem.w(va, 1) != 0 && Mem.w(va + (n - 1), 1) != 0;
}

/** Copies n (<= 4096) bytes from host pointer p to va. False: fault, nothing written. */
export function writeRange(va: u64, p: usize, n: u32): bool {
  if (!isWritable(va, n)) return false;
  for (let done: u32 = 0; done < n; done += PIECE) {
    const size = min<u32>(n - done, PIECE);
    const to = Mem.w(va + done, size);
    if (!to) return false;
    memory.copy(to, p + done, size);
    Mem.commit(to);
  }
  return true;
}

/** Copies n (<= 4096) bytes from va to host pointer p. False: fault. */
export function readRange(p: usize, va: u64, n: u32): bool {
  for (let done: u32 = 0; done < n; done += PIECE) {
    const size = min<u32>(n - done, PIECE);
    const from = Mem.r(va + done, size);
    if (!from) return false;
    memory.copy(p + done, from, size);
  }
  return true;
}
