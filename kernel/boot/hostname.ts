// The box's host name. sethostname(2).
import { str_len } from '../lib/bytes.ts';

const NAME: usize = memory.data(65, 1);

/** NUL-terminated. */
export function hostname(): usize {
  return NAME;
}

/** Cut to 64 bytes. */
export function hostname_set(name: usize): void {
  memory.fill(NAME, 0, 65);
  memory.copy(NAME, name, min(str_len(name), 64));
}
