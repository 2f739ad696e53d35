// Hash of a code page as the kernel computes it (abi/ahead.ts).
import { AHEAD_HASH_FACTOR_HIGH, AHEAD_HASH_FACTOR_LOW, AHEAD_HASH_ROTATE } from '../../../abi/ahead.ts';

const FACTOR = (BigInt(AHEAD_HASH_FACTOR_HIGH) << 32n) | BigInt(AHEAD_HASH_FACTOR_LOW);
const ROTATE = BigInt(AHEAD_HASH_ROTATE);

/** As 16 hexadecimal digits, which are in the order of the numbers. */
export function pageHash(page: Uint8Array): string {
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  let hash = FACTOR;
  for (let at = 0; at < page.length; at += 8) {
    const mixed = BigInt.asUintN(64, (hash ^ view.getBigUint64(at, true)) * FACTOR);
    hash = BigInt.asUintN(64, (mixed << ROTATE) | (mixed >> (64n - ROTATE)));
  }
  return hash.toString(16).padStart(16, '0');
}
