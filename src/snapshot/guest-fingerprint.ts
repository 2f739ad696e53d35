// What programs can see of a memory, as one number that is the same in every tier and engine: pages of programs and files by
// their contents, wherever they lie; registers of who ran last; counts of what was done. Left out is what a tier notes for itself:
// cells, caches and queues of the translator, decoded code, the form of pending flags, and the kernel's tables, which hold
// addresses of all these.
import { CONTROL_BASE, CPU_BASE, FRAME_META_BASE, FRAME_META_SIZE, PAGE_SHIFT, PAGE_SIZE } from '../../abi/box.ts';
import { CPU_RETIRED, CPU_RIP, REG_FS_BASE, REG_ZERO } from '../../abi/cpu.ts';
import { FRAME_FLAGS, FRAME_ORDER, FRAME_PAGE, FRAME_STATE, FRAME_STATE_FREE } from '../../abi/frame.ts';
import * as H from '../../abi/host.ts';
import { xxh32 } from '../box/xxh32.ts';
import { isZero } from './saved-memory.ts';

/** Ranges that are the same in every tier: [address, bytes]. */
const PARTS: [at: number, length: number][] = [
  [CPU_BASE, REG_ZERO],
  [CPU_BASE + REG_FS_BASE, CPU_RIP + 8 - REG_FS_BASE],
  [CPU_BASE + CPU_RETIRED, 8],
  [CONTROL_BASE + H.CONTROL_EXIT_STATUS, 8],
  [CONTROL_BASE + H.CONTROL_UNKNOWN_SYSCALLS, 8],
  [CONTROL_BASE + H.CONTROL_CONTEXT_SWITCHES, 16],
];

/** Of a memory without absent pages; 16 hexadecimal digits. */
export function guestFingerprint(memory: Uint8Array): string {
  const parts = PARTS.map(([at, length]) => xxh32(memory.subarray(at, at + length)));
  const state = xxh32(new Uint8Array(Uint32Array.from(parts).buffer));
  let pages = 0;
  for (let frame = 0; frame < memory.length >>> PAGE_SHIFT; frame++) {
    const record = FRAME_META_BASE + frame * FRAME_META_SIZE;
    const flags = memory[record + FRAME_STATE] === FRAME_STATE_FREE ? 0 : memory[record + FRAME_FLAGS];
    const page = memory.subarray(frame * PAGE_SIZE, (frame + 1) * PAGE_SIZE);
    // Records of the other frames of a block mean nothing.
    frame += (1 << (memory[record + FRAME_ORDER] & 31)) - 1;
    if (!(flags & FRAME_PAGE)) continue;
    // A sum does not depend on the order. Pages of zeros come and go unseen.
    if (!isZero(page)) pages = (pages + xxh32(page)) >>> 0;
  }
  return [pages, state].map((value) => value.toString(16).padStart(8, '0')).join('');
}
