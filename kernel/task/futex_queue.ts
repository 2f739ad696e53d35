// Futex waiters in hash buckets.
import { Task } from './task.ts';

/** Takes a waiting task off its bucket. */
export function futex_unqueue(task: Task): void {
  unreachable();
}
