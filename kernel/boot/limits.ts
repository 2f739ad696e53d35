// Limits of the box from its boot block.

const LIMITS: usize = memory.data(8, 8);
/** As many as a modest host has patience for; a fork bomb ends in EAGAIN here. */
const DEFAULT_TASKS: u32 = 4096;

/** Tasks that may live at once. */
export function task_limit(): u32 {
  const limit = load<u32>(LIMITS);
  return limit ? limit : DEFAULT_TASKS;
}

/** 0 = the default. */
export function set_task_limit(limit: u32): void {
  store<u32>(LIMITS, limit);
}
