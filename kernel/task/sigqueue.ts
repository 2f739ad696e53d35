// Queues of pending signals: one per task, one per thread group. Standard signals are queued once, real-time ones as often
// as they are sent. signal(7).
// Invariant: the bit of a signal in `pending` is set exactly while the queue holds an entry for it.
import { SIGRTMIN, SI_KERNEL } from '../../abi/linux/signal.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { INFO_SIZE, info_kernel } from './siginfo.ts';

/** Pending set, first and last entry, their number: a view on the fields that Task and ThreadGroup both have in this order. */
@unmanaged
export class SigPending {
  pending: u64;
  first: SigEntry;
  last: SigEntry;
  count: u32;
}

@unmanaged
class SigEntry {
  next: SigEntry;
  sig: i32;
  // siginfo, INFO_SIZE bytes, follows
  @inline info(): usize {
    return changetype<usize>(this) + offsetof<SigEntry>();
  }
}

export function sig_bit(sig: i32): u64 {
  return (1 as u64) << ((sig - 1) as u64);
}

/** Adds a signal; info 0 = SI_KERNEL. False = no memory. A standard signal that is pending already stays as it is. */
export function sigqueue_add(q: SigPending, sig: i32, info: usize): bool {
  if (sig < SIGRTMIN && q.pending & sig_bit(sig)) return true;
  const entry = changetype<SigEntry>(kmalloc(offsetof<SigEntry>() + INFO_SIZE));
  if (!changetype<usize>(entry)) return false;
  entry.sig = sig;
  memory.copy(entry.info(), info ? info : info_kernel(sig, SI_KERNEL), INFO_SIZE);
  if (changetype<usize>(q.last)) q.last.next = entry;
  else q.first = entry;
  q.last = entry;
  q.count++;
  q.pending |= sig_bit(sig);
  return true;
}

/** Takes the oldest entry of sig out, its siginfo to `info` unless that is 0. False = none. */
export function sigqueue_take(q: SigPending, sig: i32, info: usize): bool {
  let before = changetype<SigEntry>(0);
  let entry = q.first;
  while (changetype<usize>(entry) && entry.sig != sig) {
    before = entry;
    entry = entry.next;
  }
  if (!changetype<usize>(entry)) return false;
  if (changetype<usize>(before)) before.next = entry.next;
  else q.first = entry.next;
  if (changetype<usize>(q.last) == changetype<usize>(entry)) q.last = before;
  if (info) memory.copy(info, entry.info(), INFO_SIZE);
  q.count--;
  kfree(changetype<usize>(entry));
  if (!has_entry(q, sig)) q.pending &= ~sig_bit(sig);
  return true;
}

/** The siginfo of the oldest entry of sig, which stays in the queue; 0 = none. */
export function sigqueue_peek(q: SigPending, sig: i32): usize {
  let entry = q.first;
  while (changetype<usize>(entry) && entry.sig != sig) entry = entry.next;
  return changetype<usize>(entry) ? entry.info() : 0;
}

/** Drops every pending signal of the set. */
export function sigqueue_flush(q: SigPending, set: u64): void {
  let hit = q.pending & set;
  while (hit) {
    const sig = (ctz(hit) as i32) + 1;
    sigqueue_take(q, sig, 0);
    hit = q.pending & set;
  }
}

function has_entry(q: SigPending, sig: i32): bool {
  for (let e = q.first; changetype<usize>(e); e = e.next) if (e.sig == sig) return true;
  return false;
}
