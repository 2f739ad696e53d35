// Sending signals. signal(7).
// Invariant: signalPending of a task is set whenever something may have to be done before its next user instruction.
import { current, Task } from './task.ts';
import { ThreadGroup } from './thread_group.ts';

/** Sends to one thread. info: 48 bytes of siginfo_t, 0 = SI_KERNEL. 0 or -EAGAIN (queue full). */
export function send_signal(task: Task, sig: i32, info: usize): i32 {
  unreachable();
  return 0;
}

/** Sends to a process: any thread that does not block it. */
export function send_group_signal(group: ThreadGroup, sig: i32, info: usize): i32 {
  unreachable();
  return 0;
}

/** Sends to every process of the process group; -ESRCH when it is empty. */
export function send_pgrp_signal(pgid: i32, sig: i32, info: usize): i32 {
  unreachable();
  return 0;
}

/** Does a signal wait for the current task? A call that has made progress returns it instead of waiting on. */
export function signal_pending(): bool {
  return current().signalPending != 0;
}

/** Replaces the mask until the call ends: ppoll, pselect, epoll_pwait. Repeated calls keep the first mask saved. */
export function sigmask_temporary(mask: u64): void {
  unreachable();
}

/** Does the current task ignore or block that signal? (tty: reads of the background, SIGTTIN) */
export function signal_ignored_or_blocked(sig: i32): bool {
  unreachable();
  return false;
}
