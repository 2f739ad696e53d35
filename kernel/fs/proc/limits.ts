// /proc/PID/limits.
import { cstr } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { ThreadGroup } from '../../task/thread_group.ts';

const INFINITE: u64 = 0xffffffffffffffff;
// Name (25 columns) and unit of each RLIMIT_*, in their order.
const NAMES: usize = cstr(
  'Max cpu time             seconds   |Max file size            bytes     |Max data size            bytes     |Max stack size           bytes     |Max core file size       bytes     |Max resident set         bytes     |Max processes            processes |Max open files           files     |Max locked memory        bytes     |Max address space        bytes     |Max file locks           locks     |Max pending signals      signals   |Max msgqueue size        bytes     |Max nice priority                  |Max realtime priority              |Max realtime timeout     us        |',
);
const NAME_COLUMNS = 25;
const UNIT_COLUMNS = 10;
const VALUE_COLUMNS: u32 = 20;

export function proc_limits(group: ThreadGroup, text: Text): void {
  text.puts(cstr('Limit                     Soft Limit           Hard Limit           Units     \n'));
  let p = NAMES;
  for (let i: usize = 0; load<u8>(p); i++) {
    text.putn(p, NAME_COLUMNS).char(0x20);
    value(text, load<u64>(group.rlimits + i * 16)).char(0x20);
    value(text, load<u64>(group.rlimits + i * 16, 8)).char(0x20);
    text.putn(p + (NAME_COLUMNS as usize), UNIT_COLUMNS).char(0x0a);
    p += (NAME_COLUMNS + UNIT_COLUMNS + 1) as usize;
  }
}

/** Left-aligned. */
function value(text: Text, v: u64): Text {
  const start = text.len;
  if (v == INFINITE) text.puts(cstr('unlimited'));
  else text.udec(v);
  for (let n = text.len - start; n < VALUE_COLUMNS; n++) text.char(0x20);
  return text;
}
