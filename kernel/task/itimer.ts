// setitimer(2), alarm(2).

/** The ITIMER_REAL of a thread group went off. */
export function itimer_expire(group: usize): void {
  unreachable();
}
