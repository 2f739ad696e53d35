// How much memory written files may hold: BOOT_UPPER_LIMIT for all file systems together, size= for one tmpfs.
import { LIMIT_FILES } from '../../abi/host.ts';
import { limit_hit } from '../lib/limit_hit.ts';
import { SuperBlock } from './super_block.ts';

@unmanaged
class Upper {
  used: u32;
  limit: u32;
}
const UPPER: usize = memory.data(8, 4);

export function upper_set_limit(frames: u32): void {
  changetype<Upper>(UPPER).limit = frames;
}

/** Accounts one more frame; false = no space left on device. */
export function upper_charge(sb: SuperBlock): bool {
  const upper = changetype<Upper>(UPPER);
  if (upper.limit && upper.used >= upper.limit) {
    limit_hit(LIMIT_FILES);
    return false;
  }
  if (sb.pageLimit && sb.pages >= sb.pageLimit) return false;
  upper.used++;
  sb.pages++;
  return true;
}

export function upper_release(sb: SuperBlock, frames: u32): void {
  changetype<Upper>(UPPER).used -= frames;
  sb.pages -= frames;
}

/** Frames that may still be written, all ones without a limit. */
export function upper_free(sb: SuperBlock): u32 {
  const upper = changetype<Upper>(UPPER);
  let free: u32 = 0xffffffff;
  if (upper.limit) free = upper.limit - upper.used;
  if (sb.pageLimit && sb.pageLimit - sb.pages < free) free = sb.pageLimit - sb.pages;
  return free;
}
