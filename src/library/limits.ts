// Limits that end a box: its host sees to them. The others are its kernel's.
import type { Box } from '../runtime/box.ts';
import type { Limits } from '../runtime/policy.ts';

/** `end` ends the box. What is returned is called when the box has ended. */
export function enforceLimits(
  box: Box,
  { instructions, time }: Limits,
  end: (limit: 'instructions' | 'time') => void,
): () => void {
  if (instructions !== undefined) {
    box.stopAt({ instructions: box.instructions + instructions, reached: () => end('instructions') });
  }
  const timer = time === undefined ? undefined : setTimeout(() => end('time'), time);
  return () => clearTimeout(timer);
}
