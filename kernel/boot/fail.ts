// A box whose command cannot start: one sentence on stderr and Docker's status, 127 = not found, 126 = cannot be executed.
import { EXITED_NO_COMMAND, RING_WRITE } from '../../abi/host.ts';
import { EACCES, EISDIR, ENOENT, ENOEXEC, ENOTDIR } from '../../abi/linux/errno.ts';
import { ring_post } from '../io/ring.ts';
import { cstr, mem_chr, str_len } from '../lib/bytes.ts';
import { text_new } from '../lib/fmt.ts';
import { kfree } from '../lib/slab.ts';
import { box_exit_with } from '../task/box_exit.ts';
import { errno_name } from '../syscalls/errno_name.ts';
import { boot_command_name } from './command.ts';

const STDERR = 2;

export function boot_fail(error: i32): void {
  const name = boot_command_name();
  const missing = error == -ENOENT || error == -ENOTDIR;
  const text = text_new();
  if (changetype<usize>(text)) {
    text.puts(cstr('wbx: exec: "')).puts(name).puts(cstr('": ')).puts(reason(error, name));
    text.puts(cstr(' (')).puts(errno_name(-error)).puts(cstr(')')).char(10);
    ring_post(RING_WRITE, STDERR, text.ptr, text.len);
    kfree(changetype<usize>(text));
  }
  box_exit_with(missing ? 127 : 126, EXITED_NO_COMMAND);
}

function reason(error: i32, name: usize): usize {
  const isPath = mem_chr(name, 0x2f, str_len(name)) >= 0;
  switch (-error) {
    case ENOENT:
    case ENOTDIR:
      return isPath ? cstr('no such file or directory') : cstr('executable file not found in $PATH');
    case EACCES:
      return cstr('permission denied');
    case EISDIR:
      return cstr('is a directory');
    case ENOEXEC:
      return cstr('exec format error: not a program for x86-64 Linux');
  }
  return cstr('cannot be executed');
}
