// --strace: one line a call as strace(1) prints it, when the call completes. Decoded by the argument kinds of the table.
import { CPU_BASE } from '../../abi/box.ts';
import { GPR_R10, GPR_R8, GPR_R9, GPR_RDI, GPR_RDX, GPR_RSI } from '../../abi/cpu.ts';
import { trace_write } from '../io/trace_stream.ts';
import { cstr, mem_is, str_len } from '../lib/bytes.ts';
import { Text, text_new } from '../lib/fmt.ts';
import { copyin } from '../mm/usercopy.ts';
import { Task } from '../task/task.ts';
import { LAST_ERRNO, errno_name } from './errno_name.ts';
import { SYSCALL_NAMES } from './names.gen.ts';
import { strace_flags } from './strace_flags.ts';

/** Bytes of a string that are shown, as strace -s 32. */
const STRING_LIMIT = 32;
const STRING: usize = memory.data(33, 1);
const NR_EXECVE: u32 = 59;
const NR_EXIT: u32 = 60;
const NR_EXIT_GROUP: u32 = 231;
const NR_EXECVEAT: u32 = 322;
const END_OF_NAMES: u32 = 0xffff;

/** Calls that may not come back are printed when they begin. */
export function strace_begin(t: Task, nr: u32): void {
  if (nr == NR_EXIT || nr == NR_EXIT_GROUP || nr == NR_EXECVE || nr == NR_EXECVEAT) print(t, nr, 0, false);
}

/** The call in progress gave `result`; its arguments are still in the registers. */
export function strace_end(t: Task, nr: u32, result: i64): void {
  if ((nr == NR_EXECVE || nr == NR_EXECVEAT) && result == 0) return;
  print(t, nr, result, true);
}

function print(t: Task, nr: u32, result: i64, ended: bool): void {
  const text = text_new();
  if (!changetype<usize>(text)) return;
  text.char(0x5b).dec(t.tid).puts(cstr('] '));
  const name = find(nr);
  if (name) {
    text.puts(name).char(0x28);
    put_arguments(text, name + str_len(name) + 1);
  } else text.puts(cstr('syscall_')).udec(nr).char(0x28);
  text.puts(cstr(') = '));
  put_result(text, result, ended);
  trace_write(text.char(10));
}

function put_result(text: Text, result: i64, ended: bool): void {
  if (!ended) text.char(0x3f);
  else if (result < 0 && result >= -LAST_ERRNO) text.puts(cstr('-1 ')).puts(errno_name(-result as i32));
  else if (result < 0 || result > 0xffff) text.puts(cstr('0x')).hex(result as u64, 1);
  else text.dec(result);
}

/** Name of call nr, with its argument kinds behind the NUL; 0 = not in the table. */
function find(nr: u32): usize {
  let record = SYSCALL_NAMES;
  while (true) {
    const number = load<u8>(record) | ((load<u8>(record, 1) as u32) << 8);
    if (number == nr) return record + 2;
    if (number == END_OF_NAMES) return 0;
    const kinds = record + 2 + str_len(record + 2) + 1;
    record = kinds + str_len(kinds) + 1;
  }
}

function put_arguments(text: Text, kinds: usize): void {
  for (let index = 0; load<u8>(kinds); index++) {
    let length = 0;
    while (load<u8>(kinds + length) > 0x20) length++;
    if (index) text.puts(cstr(', '));
    put_argument(text, kinds, length, argument(index));
    kinds += length;
    if (load<u8>(kinds)) kinds++;
  }
}

function argument(index: i32): u64 {
  switch (index) {
    case 0:
      return load<u64>(CPU_BASE, GPR_RDI);
    case 1:
      return load<u64>(CPU_BASE, GPR_RSI);
    case 2:
      return load<u64>(CPU_BASE, GPR_RDX);
    case 3:
      return load<u64>(CPU_BASE, GPR_R10);
    case 4:
      return load<u64>(CPU_BASE, GPR_R8);
    default:
      return load<u64>(CPU_BASE, GPR_R9);
  }
}

function put_argument(text: Text, kind: usize, length: i32, value: u64): void {
  if (mem_is(kind, length, cstr('str'))) put_string(text, value);
  else if (mem_is(kind, length, cstr('ptr'))) put_pointer(text, value);
  else if (mem_is(kind, length, cstr('mode'))) text.char(0x30).octal(value & 0xffff, 1);
  else if (mem_is(kind, length, cstr('fd')) && (value as i32) == -100) text.puts(cstr('AT_FDCWD'));
  else if (mem_is(kind, length, cstr('sig')) && value) strace_flags(text, kind, length, value & 0xff);
  else if (mem_is(kind, length, cstr('size')) || mem_is(kind, length, cstr('off'))) text.udec(value);
  else if (load<u8>(kind) == 0x66 && length > 6) strace_flags(text, kind + 6, length - 6, value);
  else text.dec(value as i32 as i64);
}

function put_pointer(text: Text, value: u64): void {
  if (value) text.puts(cstr('0x')).hex(value, 1);
  else text.puts(cstr('NULL'));
}

/** Quoted, with strace's escapes; an unreadable one as its address. */
function put_string(text: Text, va: u64): void {
  let length = 0;
  while (length <= STRING_LIMIT) {
    if (copyin(STRING + length, va + length, 1) < 0) return put_pointer(text, va);
    if (!load<u8>(STRING + length)) break;
    length++;
  }
  text.char(0x22);
  for (let i = 0; i < min(length, STRING_LIMIT); i++) put_char(text, load<u8>(STRING + i));
  text.char(0x22);
  if (length > STRING_LIMIT) text.puts(cstr('...'));
}

function put_char(text: Text, c: u32): void {
  if (c == 0x22 || c == 0x5c) text.char(0x5c).char(c);
  else if (c == 10) text.puts(cstr('\\n'));
  else if (c == 9) text.puts(cstr('\\t'));
  else if (c < 32 || c > 126) text.char(0x5c).octal(c, 1);
  else text.char(c);
}
