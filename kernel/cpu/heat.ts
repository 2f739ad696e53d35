// How often branch targets are reached, and the queue of those worth translating (abi/translate.ts).
// Invariant: counters decide only what is translated, never what a program sees; two targets may share one.
import { CPU_BASE, HEAT_BASE, HEAT_ENTRIES, TRANSLATE_BASE } from '../../abi/box.ts';
import { REG_RIP_PAGE } from '../../abi/cpu.ts';
import { INSN_OFF, INSN_OP } from '../../abi/insn.ts';
import {
  OP_REGION,
  TRANSLATE_ENTRY_SIZE,
  TRANSLATE_HEAD,
  TRANSLATE_QUEUE,
  TRANSLATE_QUEUE_SLOTS,
  TRANSLATE_TAIL,
  TRANSLATE_THRESHOLD,
} from '../../abi/translate.ts';
import { mm_current } from '../mm/mm.ts';

@unmanaged
export class Heat {
  /** The record t, in the page at REG_RIP_PAGE, is reached by a branch. */
  @inline static note(t: usize): void {
    const counter = (HEAT_BASE as usize) + ((t >> 4) & ((HEAT_ENTRIES - 1) << 1));
    const n = (load<u16>(counter) as u32) + 1;
    store<u16>(counter, n as u16);
    if (n >= load<u32>(TRANSLATE_BASE + TRANSLATE_THRESHOLD)) heat_hot(t, counter);
  }
}

/** Queues the code at record t for the translator. */
export function heat_hot(t: usize, counter: usize): void {
  if (!load<u32>(TRANSLATE_BASE + TRANSLATE_THRESHOLD)) return;
  store<u16>(counter, 0);
  if ((load<u16>(t, INSN_OP) as i32) >= OP_REGION) return;
  const tail = load<u32>(TRANSLATE_BASE + TRANSLATE_TAIL);
  if (tail - load<u32>(TRANSLATE_BASE + TRANSLATE_HEAD) >= (TRANSLATE_QUEUE_SLOTS as u32)) return;
  const slot = (tail & (TRANSLATE_QUEUE_SLOTS - 1)) as usize;
  const e = slot * TRANSLATE_ENTRY_SIZE + (TRANSLATE_BASE + TRANSLATE_QUEUE);
  store<u64>(e, load<u64>(CPU_BASE + REG_RIP_PAGE) + load<u16>(t, INSN_OFF));
  store<u32>(e, changetype<usize>(mm_current()), 8);
  store<u32>(TRANSLATE_BASE + TRANSLATE_TAIL, tail + 1);
}
