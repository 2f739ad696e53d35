// Tells the host which limits of the box have stopped somebody. Bits are only ever added, so that the host may look when it likes.
import { CONTROL_BASE } from '../../abi/box.ts';
import { CONTROL_LIMITS_HIT } from '../../abi/host.ts';

/** `limit` is one of LIMIT_* of abi/host.ts. */
export function limit_hit(limit: u32): void {
  store<u32>(CONTROL_BASE, load<u32>(CONTROL_BASE, CONTROL_LIMITS_HIT) | limit, CONTROL_LIMITS_HIT);
}
