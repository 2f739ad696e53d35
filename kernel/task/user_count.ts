// How many tasks a user has, for RLIMIT_NPROC. setrlimit(2).
import { PID_MAX, task_find } from './pid.ts';
import { Task } from './task.ts';

/** Counted on demand: only unprivileged users have a limit, and they fork rarely. */
export function user_tasks(uid: u32): i32 {
  let count = 0;
  for (let tid = 1; tid < PID_MAX; tid++) {
    const t = changetype<Task>(task_find(tid));
    if (changetype<usize>(t) && t.cred.uid == uid) count++;
  }
  return count;
}
