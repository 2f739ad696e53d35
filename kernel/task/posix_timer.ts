// timer_create(2) and relatives.

/** A PosixTimer went off. */
export function posix_timer_expire(timer: usize): void {
  unreachable();
}
