// SEM_UNDO: what a process that ends gives back to the semaphores. semop(2).
// Invariant: a record is one process's adjustments of one set, i16 each, in the set's list until the process ends or the set goes.

@unmanaged
export class SemUndo {
  next: SemUndo;
  group: usize; // ThreadGroup; the adjustments follow

  @inline get(number: i32): i32 {
    return load<i16>(changetype<usize>(this) + offsetof<SemUndo>() + number * 2);
  }
  @inline put(number: i32, value: i32): void {
    store<i16>(changetype<usize>(this) + offsetof<SemUndo>() + number * 2, value as i16);
  }
}

/** The record of that group in a list, or null. */
export function undo_find(list: SemUndo, group: usize): SemUndo {
  while (changetype<usize>(list) && list.group != group) list = list.next;
  return list;
}
