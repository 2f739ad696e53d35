// The argument and environment strings of a program about to start, copied out of the caller's memory. execve(2).
// Layout: ptr holds all strings with their NULs, argv first, then envp; argvLen bytes of them are argv.
import { E2BIG, ENAMETOOLONG, ENOMEM } from '../../abi/linux/errno.ts';
import { ERR_PTR } from '../lib/err.ts';
import { str_len } from '../lib/bytes.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { mm_current, mm_rlimit, RLIMIT_STACK } from '../mm/mm.ts';
import { copyin, copyinstr } from '../mm/usercopy.ts';

const MAX_ARG_STRLEN: u32 = 131072; // one string with its NUL
const ARG_MAX: u64 = 131072; // always allowed in total
const MOST_ARGS: u64 = 6 << 20; // never more: three quarters of the default stack limit
const FIRST_CAPACITY: u32 = 4096;

@unmanaged
export class ExecArgs {
  argc: u32;
  envc: u32;
  ptr: usize;
  len: u32;
  cap: u32;
  argvLen: u32;
  uid: u32;
  euid: u32;
  gid: u32;
  egid: u32;
  noNewPrivs: u32; // set-id bits are ignored
  most: u32; // bytes that strings and their pointers may take
}

/** Empty ExecArgs, or 0. */
export function exec_args_new(): ExecArgs {
  const args = changetype<ExecArgs>(kmalloc(offsetof<ExecArgs>()));
  if (!changetype<usize>(args)) return args;
  const mm = mm_current();
  const quarter = changetype<usize>(mm) ? mm_rlimit(mm, RLIMIT_STACK) / 4 : MOST_ARGS;
  args.most = max<u64>(min<u64>(quarter, MOST_ARGS), ARG_MAX) as u32;
  return args;
}

export function exec_args_free(args: ExecArgs): void {
  kfree(args.ptr);
  kfree(changetype<usize>(args));
}

/** Appends a NUL-terminated argument; all arguments come before all environment strings. 0 or -errno. */
export function exec_args_arg(args: ExecArgs, s: usize): i32 {
  return finish(args, append(args, s), true);
}

export function exec_args_env(args: ExecArgs, s: usize): i32 {
  return finish(args, append(args, s), false);
}

function append(args: ExecArgs, s: usize): i32 {
  const n = str_len(s) + 1;
  if ((n as u32) > MAX_ARG_STRLEN) return -E2BIG;
  if (!reserve(args, n as u32)) return -ENOMEM;
  memory.copy(args.ptr + args.len, s, n as usize);
  return n;
}

/** Counts the string of n bytes (NUL included) that was placed at the end; n < 0 is an error to pass on. */
function finish(args: ExecArgs, n: i32, isArg: bool): i32 {
  if (n < 0) return n;
  args.len += n as u32;
  if (isArg) {
    args.argc++;
    args.argvLen = args.len;
  } else args.envc++;
  return args.len + (args.argc + args.envc) * 8 > args.most ? -E2BIG : 0;
}

function reserve(args: ExecArgs, n: u32): bool {
  if (args.len + n <= args.cap) return true;
  const cap = max<u32>(max<u32>(args.cap * 2, FIRST_CAPACITY), args.len + n);
  const ptr = kmalloc(cap);
  if (!ptr) return false;
  memory.copy(ptr, args.ptr, args.len);
  kfree(args.ptr);
  args.ptr = ptr;
  args.cap = cap;
  return true;
}

/** Reads argv and envp (arrays of pointers; 0 = empty): ExecArgs or ERR_PTR (E2BIG EFAULT ENOMEM EBLOCKED). */
export function exec_args_import(argv: u64, envp: u64): usize {
  const args = exec_args_new();
  if (!changetype<usize>(args)) return ERR_PTR(-ENOMEM);
  let e = import_array(args, argv, true);
  if (!e) e = import_array(args, envp, false);
  if (!e) return changetype<usize>(args);
  exec_args_free(args);
  return ERR_PTR(e);
}

function import_array(args: ExecArgs, array: u64, isArg: bool): i32 {
  if (!array) return 0;
  const cell = memory.data(8, 8);
  for (;;) {
    let e = copyin(cell, array, 8);
    if (e) return e;
    const va = load<u64>(cell);
    if (!va) break;
    e = finish(args, import_string(args, va), isArg);
    if (e) return e;
    array += 8;
  }
  return 0;
}

/** Places the string at va at the end of args: its length with the NUL, or -errno. */
function import_string(args: ExecArgs, va: u64): i32 {
  let n = -ENAMETOOLONG;
  for (let room: u32 = 256; room <= MAX_ARG_STRLEN && n == -ENAMETOOLONG; room *= 8) {
    if (!reserve(args, room)) return -ENOMEM;
    n = copyinstr(args.ptr + args.len, va, room as i32);
  }
  if (n == -ENAMETOOLONG) return -E2BIG;
  return n < 0 ? n : n + 1;
}
