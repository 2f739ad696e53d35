// POSIX timers of a thread group. timer_create(2), timer_settime(2), timer_getoverrun(2).
// Invariant: timers of a group are a list through `next`; ids are unique within it. Expiries while the signal is still pending
// are counted as overruns. One of a CPU-time clock is in no heap: its deadline is CPU time, looked at when a slice is charged.
import { SI_CODE, SI_PID, SI_TIMER, SI_UID } from '../../abi/linux/signal.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { next_after } from './itimer.ts';
import { task_find } from './pid.ts';
import { info_timer } from './siginfo.ts';
import { send_group_signal, send_signal } from './signal.ts';
import { sig_bit } from './sigqueue.ts';
import { Task } from './task.ts';
import { ThreadGroup } from './thread_group.ts';
import { Timer, TIMER_NEVER, TIMER_POSIX, timer_arm, timer_cancel } from './timer.ts';

@unmanaged
export class PosixTimer {
  // A Timer.
  deadline: u64;
  index: u32;
  kind: u32;
  owner: usize;
  next: PosixTimer;
  group: ThreadGroup;
  id: i32;
  clock: i32;
  /** 0 = no signal (SIGEV_NONE). */
  sig: i32;
  /** Thread to signal (SIGEV_THREAD_ID), 0 = the process. */
  tid: i32;
  /** Of the last signal taken. */
  overrun: i32;
  /** Expiries since the pending signal was sent. */
  missed: i32;
  value: u64;
  interval: u64;
  /** Of a CPU-time clock: CPU_OF_GROUP, or the thread whose time counts; 0 = a clock of the wall. */
  cpu: i32;
  pad: u32;

  @inline timer(): Timer {
    return changetype<Timer>(changetype<usize>(this));
  }
}

/** PosixTimer.cpu: the time of all threads counts. */
export const CPU_OF_GROUP: i32 = -1;

/** A new, unarmed timer, or null. */
export function posix_timer_new(group: ThreadGroup): PosixTimer {
  const timer = changetype<PosixTimer>(kmalloc(offsetof<PosixTimer>()));
  if (!changetype<usize>(timer)) return timer;
  timer.kind = TIMER_POSIX;
  timer.owner = changetype<usize>(timer);
  timer.group = group;
  timer.cpu = 0;
  timer.deadline = TIMER_NEVER;
  timer.id = group.posixTimerNext++;
  timer.next = changetype<PosixTimer>(group.posixTimers);
  group.posixTimers = changetype<usize>(timer);
  return timer;
}

/** The group's timer of that id, or null. */
export function posix_timer_find(group: ThreadGroup, id: i32): PosixTimer {
  let timer = changetype<PosixTimer>(group.posixTimers);
  while (changetype<usize>(timer) && timer.id != id) timer = timer.next;
  return timer;
}

export function posix_timer_delete(timer: PosixTimer): void {
  const group = timer.group;
  timer_cancel(timer.timer());
  let link = changetype<usize>(group) + offsetof<ThreadGroup>('posixTimers');
  while (load<usize>(link) != changetype<usize>(timer)) link = load<usize>(link) + offsetof<PosixTimer>('next');
  store<usize>(link, changetype<usize>(timer.next));
  kfree(changetype<usize>(timer));
}

/** exec and exit take all timers along. */
export function posix_timers_delete(group: ThreadGroup): void {
  while (group.posixTimers) posix_timer_delete(changetype<PosixTimer>(group.posixTimers));
}

/** Arms it for `deadline`, CLOCK_MONOTONIC ns or those of its CPU-time clock; TIMER_NEVER disarms. */
export function posix_timer_arm(timer: PosixTimer, deadline: u64, interval: u64): void {
  timer.interval = interval;
  timer.overrun = 0;
  timer.missed = 0;
  if (timer.cpu) timer.deadline = deadline;
  else timer_arm(timer.timer(), deadline);
}

/** The group has used `total` ns of CPU time, its thread t, which is current, `own`. */
export function posix_timers_charge(group: ThreadGroup, total: u64, t: Task, own: u64): void {
  let timer = changetype<PosixTimer>(group.posixTimers);
  while (changetype<usize>(timer)) {
    const next = timer.next;
    if (timer.cpu == CPU_OF_GROUP) charge(timer, total);
    else if (timer.cpu == t.tid) charge(timer, own);
    timer = next;
  }
}

function charge(timer: PosixTimer, now: u64): void {
  const due = timer.deadline;
  if (due > now) return;
  timer.deadline = TIMER_NEVER;
  if (timer.interval) {
    const periods = (now - due) / timer.interval;
    timer.deadline = due + (periods + 1) * timer.interval;
    timer.missed += periods as i32;
  }
  signal_expiry(timer);
}

/** A PosixTimer went off. */
export function posix_timer_expire(owner: usize): void {
  const timer = changetype<PosixTimer>(owner);
  const due = timer.deadline;
  if (timer.interval) {
    timer_arm(timer.timer(), next_after(due, timer.interval));
    timer.missed += ((timer.deadline - due) / timer.interval - 1) as i32;
  } else timer.deadline = TIMER_NEVER;
  signal_expiry(timer);
}

function signal_expiry(timer: PosixTimer): void {
  if (!timer.sig) return;
  const target = changetype<Task>(timer.tid ? task_find(timer.tid) : 0);
  const pending = changetype<usize>(target) ? target.pending : timer.group.pending;
  if (pending & sig_bit(timer.sig)) {
    timer.missed++;
    return;
  }
  const info = info_timer(timer.sig, SI_TIMER, timer.id, 0, timer.value);
  if (changetype<usize>(target)) send_signal(target, timer.sig, info);
  else send_group_signal(timer.group, timer.sig, info);
}

/** A signal was taken from its queue; one of a timer tells by now how many expiries it stands for. */
export function posix_timer_taken(group: ThreadGroup, info: usize): void {
  if (load<i32>(info, SI_CODE) != SI_TIMER) return;
  const timer = posix_timer_find(group, load<i32>(info, SI_PID));
  if (!changetype<usize>(timer)) return;
  timer.overrun = timer.missed;
  timer.missed = 0;
  store<i32>(info, timer.overrun, SI_UID);
}
