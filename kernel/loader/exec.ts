// execve(2): builds the new address space beside the old one. Nothing of the old image changes before exec_commit.
// Use: args -> exec_prepare (may be repeated after EBLOCKED) -> task/exec.ts ends the other threads -> exec_commit.
import { Mm } from '../mm/mm.ts';

/** argv and envp as bytes, with the credentials that the program starts with. */
@unmanaged
export class ExecArgs {
  argc: u32;
  envc: u32;
  ptr: usize; // strings, each with its NUL, argv then envp
  len: u32;
  cap: u32;
  argvLen: u32; // bytes of ptr that are argv
  uid: u32;
  euid: u32;
  gid: u32;
  egid: u32;
  noNewPrivs: u32; // set-id bits are ignored
}

/** A program ready to start. */
@unmanaged
export class Exec {
  mm: Mm;
  entry: u64;
  sp: u64;
  file: usize; // File executed in the end (the interpreter of a script), with a reference
  euid: u32; // with set-user-ID applied
  egid: u32;
  secure: u32; // AT_SECURE
  deathSignal: u32; // not 0: past Linux's point of no return the load failed; commit, then kill with this signal
  comm: u64; // first 15 bytes of the file's last name: 16 bytes with the NUL
  comm2: u64;
}

/** Empty ExecArgs, or 0. */
export function exec_args_new(): ExecArgs {
  unreachable();
  return changetype<ExecArgs>(0);
}
/** Reads argv and envp (pointers to arrays of pointers; 0 = empty): ExecArgs or ERR_PTR (E2BIG EFAULT ENOMEM EBLOCKED). */
export function exec_args_import(argv: u64, envp: u64): usize {
  unreachable();
  return 0;
}
/** Appends a NUL-terminated argument; all arguments come before all environment strings. 0 or -errno. */
export function exec_args_arg(args: ExecArgs, s: usize): i32 {
  unreachable();
  return 0;
}
export function exec_args_env(args: ExecArgs, s: usize): i32 {
  unreachable();
  return 0;
}
export function exec_args_free(args: ExecArgs): void {
  unreachable();
}

/**
 * Loads `file` (from open_exec; its reference is taken over on success only), known to the user as path.
 * Exec ptr, or ERR_PTR(-errno) with nothing changed; EBLOCKED = repeat later.
 */
export function exec_prepare(file: usize, path: usize, args: ExecArgs): usize {
  unreachable();
  return 0;
}
/** Activates the new address space and resets the CPU context at CPU_BASE; the caller puts the old mm and frees exec. */
export function exec_commit(exec: Exec): void {
  unreachable();
}
/** Frees a prepared program that will not run (drops mm and file), or, after exec_commit, the record alone. */
export function exec_free(exec: Exec): void {
  unreachable();
}
