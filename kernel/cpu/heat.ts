// How often branch targets are reached, and the queue of those worth translating (abi/translate.ts).
// Invariant: counters decide only what is translated, never what a program sees; two targets may share one.
import { CPU_BASE, HEAT_BASE, HEAT_ENTRIES, TRANSLATE_BASE } from '../../abi/box.ts';
import { REG_RIP_PAGE } from '../../abi/cpu.ts';
import { INSN_OFF, INSN_OP } from '../../abi/insn.ts';
import {
  OP_REGION,
  TRANSLATE_AHEAD,
  TRANSLATE_ENTRY_MM,
  TRANSLATE_ENTRY_RECALL,
  TRANSLATE_ENTRY_SIZE,
  TRANSLATE_HEAD,
  TRANSLATE_LOWEST,
  TRANSLATE_QUEUE,
  TRANSLATE_QUEUE_SLOTS,
  TRANSLATE_RECALL,
  TRANSLATE_TAIL,
  TRANSLATE_THRESHOLD,
} from '../../abi/translate.ts';
import { mm_current } from '../mm/mm.ts';
import { ahead_install } from './ahead.ts';

@unmanaged
export class Heat {
  /** The record t, in the page at REG_RIP_PAGE, is reached by a branch. */
  @inline static note(t: usize): void {
    const counter = (HEAT_BASE as usize) + ((t >> 4) & ((HEAT_ENTRIES - 1) << 1));
    const n = (load<u16>(counter) as u32) + 1;
    store<u16>(counter, n as u16);
    if (n >= load<u32>(TRANSLATE_BASE + TRANSLATE_LOWEST)) heat_warm(t, counter);
  }
}

/** Record t is warm: is it translated already, or is it time to? */
export function heat_warm(t: usize, counter: usize): void {
  const n = load<u16>(counter) as u32;
  if (n < heat_lowest()) return;
  const hot = load<u32>(TRANSLATE_BASE + TRANSLATE_THRESHOLD);
  const recall = load<u32>(TRANSLATE_BASE + TRANSLATE_RECALL);
  const ahead = load<u32>(TRANSLATE_BASE + TRANSLATE_AHEAD);
  const end = hot ? hot : max<u32>(recall, ahead);
  if (n >= end) store<u16>(counter, 0);
  if ((load<u16>(t, INSN_OP) as i32) >= OP_REGION) return;
  if (ahead && n == ahead && ahead_install(t)) return;
  if (hot && n >= hot) enqueue(t, 0);
  else if (n == recall) enqueue(t, 1);
}

/** What TRANSLATE_LOWEST stands for. */
function heat_lowest(): u32 {
  const known = load<u32>(TRANSLATE_BASE + TRANSLATE_LOWEST);
  if (known) return known;
  let lowest = u32.MAX_VALUE;
  // 0 = never, which becomes the largest number.
  lowest = min<u32>(lowest, load<u32>(TRANSLATE_BASE + TRANSLATE_THRESHOLD) - 1);
  lowest = min<u32>(lowest, load<u32>(TRANSLATE_BASE + TRANSLATE_RECALL) - 1);
  lowest = min<u32>(lowest, load<u32>(TRANSLATE_BASE + TRANSLATE_AHEAD) - 1);
  lowest = lowest == u32.MAX_VALUE ? lowest : lowest + 1;
  store<u32>(TRANSLATE_BASE + TRANSLATE_LOWEST, lowest);
  return lowest;
}

/** Queues the code at record t for the host. */
function enqueue(t: usize, recall: u32): void {
  const tail = load<u32>(TRANSLATE_BASE + TRANSLATE_TAIL);
  if (tail - load<u32>(TRANSLATE_BASE + TRANSLATE_HEAD) >= (TRANSLATE_QUEUE_SLOTS as u32)) return;
  const slot = (tail & (TRANSLATE_QUEUE_SLOTS - 1)) as usize;
  const e = slot * TRANSLATE_ENTRY_SIZE + (TRANSLATE_BASE + TRANSLATE_QUEUE);
  store<u64>(e, load<u64>(CPU_BASE + REG_RIP_PAGE) + load<u16>(t, INSN_OFF));
  store<u32>(e, changetype<usize>(mm_current()), TRANSLATE_ENTRY_MM);
  store<u32>(e, recall, TRANSLATE_ENTRY_RECALL);
  store<u32>(TRANSLATE_BASE + TRANSLATE_TAIL, tail + 1);
}
