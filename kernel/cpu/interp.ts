// The run loop.

/** Runs the task whose context is at CPU_BASE for about `fuel` instructions; returns EXIT_* (also in CPU_EXIT). */
export function cpu_run(fuel: i32): i32 {
  unreachable();
  return 0;
}
