// What a process's end does to semaphores: its SEM_UNDO adjustments happen, as far as values allow. exit_sem of Linux.
import { ipc_ns_newest } from '../ns/ipc.ts';
import { SEMVMX } from '../../abi/linux/ipc.ts';
import { kfree } from '../lib/slab.ts';
import { ids_at, Ids } from './ids.ts';
import { SemSet, sem_changed, sem_put, sem_sets, sem_value } from './sem.ts';
import { SemUndo, undo_find } from './sem_undo.ts';

export function sem_exit(group: usize): void {
  for (let ns = ipc_ns_newest(); changetype<usize>(ns); ns = ns.next) exit_in(ns.sems(), group);
}

function exit_in(ids: Ids, group: usize): void {
  for (let i = 0; i < ids.capacity; i++) {
    const set = changetype<SemSet>(ids_at(ids, i));
    if (!changetype<usize>(set)) continue;
    const undo = undo_find(set.undos, group);
    if (!changetype<usize>(undo)) continue;
    take_out(set, undo);
    apply(set, undo);
    kfree(changetype<usize>(undo));
    sem_changed(set);
  }
}

function apply(set: SemSet, undo: SemUndo): void {
  for (let number = 0; number < set.count; number++) {
    const adjust = undo.get(number);
    if (adjust) sem_put(set, number, max<i32>(0, min<i32>(SEMVMX, sem_value(set, number) + adjust)));
  }
}

function take_out(set: SemSet, undo: SemUndo): void {
  if (set.undos == undo) {
    set.undos = undo.next;
    return;
  }
  let before = set.undos;
  while (before.next != undo) before = before.next;
  before.next = undo.next;
}
