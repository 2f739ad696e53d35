// `#!` scripts: fs/binfmt_script.c. The first line names an interpreter and at most one argument, which is everything up
// to the end of the line with the blanks at its ends taken off.
import { ENOEXEC, ENOMEM } from '../../abi/linux/errno.ts';
import { ERR_PTR } from '../lib/err.ts';
import { str_len } from '../lib/bytes.ts';
import { ExecArgs, exec_args_arg, exec_args_env, exec_args_free, exec_args_new } from './args.ts';

/** What the kernel reads of a program to find out what it is. */
export const HEAD_SIZE: u32 = 256;

const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;

export function is_script(head: usize): bool {
  return load<u16>(head) == 0x2123;
}

function is_blank(c: u8): bool {
  return c == SPACE || c == TAB;
}

/**
 * Cuts the script's first line (HEAD_SIZE + 1 zero-padded bytes at head) into NUL-terminated strings in place:
 * the interpreter's path, with the argument's address (0 = none) in `argument`; ERR_PTR(-ENOEXEC).
 */
export function script_parse(head: usize, argument: usize): usize {
  let end = head + 2;
  while (end < head + HEAD_SIZE && load<u8>(end) != NEWLINE && load<u8>(end)) end++;
  const cut = end == head + HEAD_SIZE;
  while (end > head + 2 && is_blank(load<u8>(end - 1))) end--;
  store<u8>(end, 0);
  const path = skip_blanks(head + 2);
  if (!load<u8>(path)) return ERR_PTR(-ENOEXEC);
  let p = path;
  while (load<u8>(p) && !is_blank(load<u8>(p))) p++;
  if (cut && !load<u8>(p)) return ERR_PTR(-ENOEXEC); // the path itself may have been cut off
  const rest = skip_blanks(p);
  store<u8>(p, 0);
  store<usize>(argument, load<u8>(rest) ? rest : 0);
  return path;
}

function skip_blanks(p: usize): usize {
  while (is_blank(load<u8>(p))) p++;
  return p;
}

/** New arguments: interpreter, its argument if any, the script's path, then the old ones without argv[0]. Or ERR_PTR. */
export function script_args(old: ExecArgs, interpreter: usize, argument: usize, path: usize): usize {
  const args = exec_args_new();
  if (!changetype<usize>(args)) return ERR_PTR(-ENOMEM);
  args.uid = old.uid;
  args.euid = old.euid;
  args.gid = old.gid;
  args.egid = old.egid;
  args.noNewPrivs = old.noNewPrivs;
  let e = exec_args_arg(args, interpreter);
  if (!e && argument) e = exec_args_arg(args, argument);
  if (!e) e = exec_args_arg(args, path);
  let p = old.ptr;
  for (let i: u32 = 0; i < old.argc + old.envc && !e; i++) {
    if (i >= old.argc) e = exec_args_env(args, p);
    else if (i) e = exec_args_arg(args, p);
    p += str_len(p) + 1;
  }
  if (!e) return changetype<usize>(args);
  exec_args_free(args);
  return ERR_PTR(e);
}
