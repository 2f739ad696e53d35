// Interval timers: setitimer(2), alarm(2). ITIMER_REAL runs on the timer heap; the two CPU-time ones are charged with what
// each slice has used, so that they go off at its end.
import { SIGALRM, SIGPROF, SIGVTALRM, SI_KERNEL } from '../../abi/linux/signal.ts';
import { ITIMER_PROF, ITIMER_VIRTUAL } from '../../abi/linux/time.ts';
import { info_kernel } from './siginfo.ts';
import { send_group_signal } from './signal.ts';
import { ThreadGroup } from './thread_group.ts';
import { TIMER_NEVER, timer_arm } from './timer.ts';
import { clock_monotonic } from '../lib/clock.ts';

/** The ITIMER_REAL of a thread group went off. */
export function itimer_expire(owner: usize): void {
  const group = changetype<ThreadGroup>(owner);
  if (group.realInterval) timer_arm(group.realTimer(), next_after(group.realDeadline, group.realInterval));
  send_group_signal(group, SIGALRM, info_kernel(SIGALRM, SI_KERNEL));
}

/** Sets it to go off in `value` ns (0 = never) and every `interval` ns after that. */
export function itimer_set(group: ThreadGroup, value: u64, interval: u64): void {
  group.realInterval = interval;
  timer_arm(group.realTimer(), value ? clock_monotonic() + value : TIMER_NEVER);
}

/** Nanoseconds left, 0 = not armed. */
export function itimer_left(group: ThreadGroup): u64 {
  if (!group.realIndex) return 0;
  const now = clock_monotonic();
  return group.realDeadline > now ? group.realDeadline - now : 1;
}

/** Value and interval of a CPU-time timer: two u64 of the group, ns. */
export function itimer_cpu(group: ThreadGroup, which: i32): usize {
  const field = which == ITIMER_VIRTUAL ? offsetof<ThreadGroup>('virtualValue') : offsetof<ThreadGroup>('profValue');
  return changetype<usize>(group) + field;
}

/** The group has used that much CPU time, all of it as user time. */
export function itimers_charge(group: ThreadGroup, ns: u64): void {
  charge(group, itimer_cpu(group, ITIMER_VIRTUAL), ns, SIGVTALRM);
  charge(group, itimer_cpu(group, ITIMER_PROF), ns, SIGPROF);
}

function charge(group: ThreadGroup, timer: usize, ns: u64, sig: i32): void {
  const left = load<u64>(timer);
  if (!left) return;
  store<u64>(timer, left > ns ? left - ns : load<u64>(timer, 8));
  if (left <= ns) send_group_signal(group, sig, info_kernel(sig, SI_KERNEL));
}

/** The first point of the series deadline + n * interval that lies ahead, so that missed periods do not pile up. */
export function next_after(deadline: u64, interval: u64): u64 {
  const now = clock_monotonic();
  if (deadline + interval > now) return deadline + interval;
  return deadline + ((now - deadline) / interval + 1) * interval;
}
