// A box whose command cannot start: one sentence on stderr and Docker's status, 127 = not found, 126 = cannot be executed, 125 = none.
import { BOOT_CWD } from '../../abi/boot.ts';
import { EXITED_NO_COMMAND, RING_WRITE } from '../../abi/host.ts';
import { EACCES, EISDIR, ENOENT, ENOEXEC, ENOTDIR } from '../../abi/linux/errno.ts';
import { ring_post } from '../io/ring.ts';
import { cstr, mem_chr, str_len } from '../lib/bytes.ts';
import { text_new } from '../lib/fmt.ts';
import { kfree } from '../lib/slab.ts';
import { box_exit_with } from '../task/box_exit.ts';
import { errno_name } from '../syscalls/errno_name.ts';
import { boot_ptr } from './block.ts';
import { boot_command_name, boot_has_command } from './command.ts';

const STDERR = 2;

export function boot_fail(error: i32): void {
  box_exit_with(report_command(error, STDERR), EXITED_NO_COMMAND);
}

/** Says to that stream why the command of the boot block cannot start; returns the status. */
export function report_command(error: i32, stream: u32): i32 {
  if (!boot_has_command()) {
    const sentence = cstr('wbx: the box names no command to run: give one\n');
    ring_post(RING_WRITE, stream, sentence, str_len(sentence));
    return 125;
  }
  const name = boot_command_name();
  say(stream, cstr('wbx: exec: "'), name, reason(error, name));
  return error == -ENOENT || error == -ENOTDIR ? 127 : 126;
}

/** The same for the working directory. */
export function report_cwd(error: i32, stream: u32): i32 {
  say(stream, cstr('wbx: working directory "'), boot_ptr(BOOT_CWD), errno_name(-error));
  return 126;
}

/** The working directory cannot be made or entered. */
export function boot_fail_cwd(error: i32): void {
  box_exit_with(report_cwd(error, STDERR), EXITED_NO_COMMAND);
}

/** The file system cannot be set up: the box itself is at fault. */
export function boot_fail_files(error: i32): void {
  say(STDERR, cstr('wbx: file system of the box "'), cstr('/'), errno_name(-error));
  box_exit_with(125, EXITED_NO_COMMAND);
}

function say(stream: u32, start: usize, name: usize, why: usize): void {
  const text = text_new();
  if (!changetype<usize>(text)) return;
  text.puts(start).puts(name).puts(cstr('": ')).puts(why).char(10);
  ring_post(RING_WRITE, stream, text.ptr, text.len);
  kfree(changetype<usize>(text));
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
  return errno_name(-error);
}
