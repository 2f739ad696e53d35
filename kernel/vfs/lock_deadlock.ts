// Deadlocks of POSIX record locks: a task that waits for a lock notes whose it is; a circle of such notes is EDEADLK.
// fcntl(2), "Deadlock detection".
import { PID_MAX, task_find } from '../task/pid.ts';
import { Task, current } from '../task/task.ts';

/** Task.sysPhase while sysState0 is the owner (fdtable) of the lock that the task waits for. */
const WAITING_PHASE: u32 = 0x4c4f434b;
/** As Linux's MAX_DEADLK_ITERATIONS. */
const MOST_STEPS = 10;

/** Would `owner` wait for itself, if the current task waited for a lock of `holder`? Otherwise the wait is noted. */
export function deadlocks(owner: usize, holder: usize): bool {
  let next = holder;
  for (let i = 0; i < MOST_STEPS && next; i++) {
    if (next == owner) return true;
    next = waits_for(next);
  }
  const task = current();
  task.sysPhase = WAITING_PHASE;
  task.sysState0 = holder as u64;
  return false;
}

/** The owner that a task of this owner waits for, or 0. */
function waits_for(owner: usize): usize {
  for (let tid = 1; tid < PID_MAX; tid++) {
    const t = changetype<Task>(task_find(tid));
    if (!changetype<usize>(t) || t.fdtable != owner) continue;
    if (t.sysPhase == WAITING_PHASE) return t.sysState0 as usize;
  }
  return 0;
}
