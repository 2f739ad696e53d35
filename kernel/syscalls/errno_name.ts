// Names of error numbers, for people. errno(3)
import { str_len } from '../lib/bytes.ts';
import { ERRNO_NAMES } from './names.gen.ts';

/** How many names the generated list has. */
export const LAST_ERRNO = 133;

/** NUL-terminated; empty for a number without a name. */
export function errno_name(errno: i32): usize {
  let name = ERRNO_NAMES;
  if (errno < 1 || errno > LAST_ERRNO) return name + str_len(name);
  for (let n = 1; n < errno; n++) name += str_len(name) + 1;
  return name;
}
