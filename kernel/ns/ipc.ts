// IPC namespaces: System V objects and POSIX message queues. ipc_namespaces(7).
// Invariant: all of them are in one list; what a namespace still holds goes with its last reference.
import { CLONE_NEWIPC } from '../../abi/linux/sched.ts';
import { Ids, ids_at } from '../ipc/ids.ts';
import { mqueue_unlink, mqueues_first } from '../ipc/mqueue.ts';
import { MsgQueue, msg_queue_remove } from '../ipc/msg.ts';
import { Segment, segment_forget } from '../ipc/shm.ts';
import { SemSet, sem_remove } from '../ipc/sem.ts';
import { kfree } from '../lib/slab.ts';
import { current } from '../task/task.ts';
import { Namespace, namespace_free, namespace_new } from './namespace.ts';
import { UserNamespace, user_ns_get, user_ns_put } from './user.ts';

@unmanaged
export class IpcNamespace extends Namespace {
  next: IpcNamespace;
  // Ids of each kind, 16 bytes; a list of named queues.
  sems0: u64;
  sems1: u64;
  messages0: u64;
  messages1: u64;
  segments0: u64;
  segments1: u64;
  mqueues: u64;

  @inline sems(): Ids {
    return changetype<Ids>(changetype<usize>(this) + offsetof<IpcNamespace>('sems0'));
  }
  @inline messages(): Ids {
    return changetype<Ids>(changetype<usize>(this) + offsetof<IpcNamespace>('messages0'));
  }
  @inline segments(): Ids {
    return changetype<Ids>(changetype<usize>(this) + offsetof<IpcNamespace>('segments0'));
  }
  @inline queues(): usize {
    return changetype<usize>(this) + offsetof<IpcNamespace>('mqueues');
  }
}

const ALL: usize = memory.data(4, 4);

/** The newest of all; the others follow through `next`. */
export function ipc_ns_newest(): IpcNamespace {
  return changetype<IpcNamespace>(load<usize>(ALL));
}

/** An empty one; null = no memory. */
export function ipc_ns_new(owner: UserNamespace): IpcNamespace {
  const ns = changetype<IpcNamespace>(
    changetype<usize>(namespace_new(offsetof<IpcNamespace>(), CLONE_NEWIPC, changetype<usize>(owner))),
  );
  if (!changetype<usize>(ns)) return ns;
  user_ns_get(owner);
  ns.next = ipc_ns_newest();
  store<usize>(ALL, changetype<usize>(ns));
  return ns;
}

/** That of the current task. */
export function ipc_ns(): IpcNamespace {
  return current().ns.ipc;
}

export function ipc_ns_put(ns: IpcNamespace): void {
  if (--ns.refs) return;
  empty(ns);
  let at = ALL;
  while (load<usize>(at) != changetype<usize>(ns)) at = load<usize>(at) + offsetof<IpcNamespace>('next');
  store<usize>(at, changetype<usize>(ns.next));
  user_ns_put(changetype<UserNamespace>(ns.owner));
  namespace_free(ns);
}

function empty(ns: IpcNamespace): void {
  for (let i = 0; i < ns.sems().capacity; i++) {
    const set = ids_at(ns.sems(), i);
    if (set) sem_remove(ns.sems(), changetype<SemSet>(set));
  }
  for (let i = 0; i < ns.messages().capacity; i++) {
    const queue = ids_at(ns.messages(), i);
    if (queue) msg_queue_remove(ns.messages(), changetype<MsgQueue>(queue));
  }
  for (let i = 0; i < ns.segments().capacity; i++) {
    const segment = ids_at(ns.segments(), i);
    if (segment) segment_forget(changetype<Segment>(segment));
  }
  kfree(ns.sems().slots);
  kfree(ns.messages().slots);
  kfree(ns.segments().slots);
  while (changetype<usize>(mqueues_first(ns))) mqueue_unlink(ns, mqueues_first(ns));
}
