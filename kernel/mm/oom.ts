// Out of memory. The process with the most pages dies, as under Linux's OOM killer; whoever wanted the page meanwhile waits and
// tries again. While a victim is still on its way out nobody else is killed.
import { LIMIT_MEMORY } from '../../abi/host.ts';
import { limit_hit } from '../lib/limit_hit.ts';
import { wait_on, wq_wake } from '../task/wait_queue.ts';
import { group_find, PID_MAX } from '../task/pid.ts';
import { send_host_signal } from '../task/signal.ts';
import { current } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';
import { Mm, mm_current, mm_first } from './mm.ts';

const SIGKILL = 9;
const WAITERS = memory.data(8, 4); // a WaitQueue
const INIT_KILLED = memory.data(4, 4);

/** The current task cannot have a page: true = it is queued and repeats later, false = it is the one to die. */
export function oom_wait(): bool {
  const victim = choose();
  limit_hit(LIMIT_MEMORY);
  if (changetype<usize>(victim) != changetype<usize>(mm_current())) {
    if (victim.dying || kill_users(victim)) return wait_on(WAITERS);
  }
  if (changetype<usize>(current())) note(current().group);
  return false;
}

/** Kills the current process: for usercopy, where no instruction's fault does it. */
export function oom_kill(): void {
  send_host_signal(current().group, SIGKILL);
}

/** An address space has gone: those who wait for memory try again. */
export function oom_wake(): void {
  if (load<usize>(WAITERS)) wq_wake(WAITERS, i32.MAX_VALUE);
}

/** Did pid 1 die for want of memory? */
export function oom_killed_init(): bool {
  return load<u32>(INIT_KILLED) != 0;
}

/** The address space that dies already, else the largest; the youngest among equals. */
function choose(): Mm {
  let best = mm_current();
  for (let mm = mm_first(); changetype<usize>(mm); mm = changetype<Mm>(mm.next)) {
    if (mm.dying) return mm;
    if (mm.rss >= best.rss) best = mm;
  }
  return best;
}

/** SIGKILL to every process that runs in mm; false = there is none. */
function kill_users(mm: Mm): bool {
  for (let nr = 1; nr < PID_MAX; nr++) {
    const group = changetype<ThreadGroup>(group_find(nr));
    if (!changetype<usize>(group) || !changetype<usize>(group.threads)) continue;
    if (changetype<usize>(group.threads.mm) != changetype<usize>(mm)) continue;
    mm.dying = 1;
    note(group);
    send_host_signal(group, SIGKILL);
  }
  return mm.dying != 0;
}

function note(group: ThreadGroup): void {
  if (changetype<usize>(group) == group_find(1)) store<u32>(INIT_KILLED, 1);
}
