// What a deterministic box starts from: all it cannot compute by itself.
import type { BootOptions } from './boot-block.ts';

/** Not 0: to `make` and others a file of 1970 has no time. */
const EPOCH_SECONDS = 1_000_000_000;

/** `seed` is a whole number, `epochSeconds` what CLOCK_REALTIME begins with. */
export function deterministicStart(
  seed: number,
  epochSeconds = EPOCH_SECONDS,
): Required<Pick<BootOptions, 'seed' | 'epoch'>> {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(seed), true);
  return { seed: bytes, epoch: epochSeconds * 1e9 };
}
