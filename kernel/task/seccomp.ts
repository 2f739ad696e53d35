// seccomp(2): what a task may still call. Filters form a tree: a task has the newest, each knows the one before it.
// Invariant: a filter never changes and lives as long as a task or a newer filter refers to it.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_RIP, GPR_R10, GPR_R8, GPR_R9, GPR_RAX, GPR_RDI, GPR_RDX, GPR_RSI } from '../../abi/cpu.ts';
import { ENOSYS } from '../../abi/linux/errno.ts';
import {
  AUDIT_ARCH_X86_64,
  SECCOMP_DATA_ARCH,
  SECCOMP_DATA_ARGS,
  SECCOMP_DATA_IP,
  SECCOMP_DATA_SIZE,
  SECCOMP_MODE_STRICT,
  SECCOMP_RET_ACTION_FULL,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_DATA,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_LOG,
  SECCOMP_RET_TRACE,
  SECCOMP_RET_TRAP,
  SECCOMP_RET_USER_NOTIF,
  SYS_SECCOMP,
} from '../../abi/linux/seccomp.ts';
import { SIGKILL, SIGSYS } from '../../abi/linux/signal.ts';
import { kfree } from '../lib/slab.ts';
import { bpf_run } from './bpf.ts';
import { force_signal } from './deliver.ts';
import { group_exit, thread_exit } from './exit.ts';
import { info_syscall } from './siginfo.ts';
import { Task } from './task.ts';

@unmanaged
export class Filter {
  refs: u32;
  /** The one installed before it, or 0. */
  older: usize;
  /** Instructions, which lie behind the fields. */
  count: u32;
  pad: u32;

  @inline program(): usize {
    return changetype<usize>(this) + offsetof<Filter>();
  }
}

const DATA: usize = memory.data(64, 8);
const MAX_ERRNO: u32 = 4095;
// The calls of strict mode.
const READ: u32 = 0;
const WRITE: u32 = 1;
const RT_SIGRETURN: u32 = 15;
const EXIT: u32 = 60;

/** Counts one more reference to the filter at ptr, which may be 0. */
export function filter_get(filter: usize): usize {
  if (filter) changetype<Filter>(filter).refs++;
  return filter;
}

export function filter_put(filter: usize): void {
  while (filter && --changetype<Filter>(filter).refs == 0) {
    const older = changetype<Filter>(filter).older;
    kfree(filter);
    filter = older;
  }
}

/** May t, which is current, make the call it stopped at? Otherwise what becomes of it instead has been done. */
export function seccomp_permits(t: Task): bool {
  const nr = load<u32>(CPU_BASE, GPR_RAX);
  if (t.seccompMode == SECCOMP_MODE_STRICT) {
    if (nr == READ || nr == WRITE || nr == RT_SIGRETURN || nr == EXIT) return true;
    end_task(t, SIGKILL);
    return false;
  }
  const answer = ask_filters(t, nr);
  const action = answer & SECCOMP_RET_ACTION_FULL;
  if (action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG) return true;
  refuse(t, nr, action, answer & SECCOMP_RET_DATA);
  return false;
}

/** The strongest answer of all filters; of equals that of the newest. */
function ask_filters(t: Task, nr: u32): u32 {
  store<u32>(DATA, nr);
  store<u32>(DATA, AUDIT_ARCH_X86_64, SECCOMP_DATA_ARCH);
  store<u64>(DATA, load<u64>(CPU_BASE, CPU_RIP), SECCOMP_DATA_IP);
  store<u64>(DATA, load<u64>(CPU_BASE, GPR_RDI), SECCOMP_DATA_ARGS);
  store<u64>(DATA, load<u64>(CPU_BASE, GPR_RSI), SECCOMP_DATA_ARGS + 8);
  store<u64>(DATA, load<u64>(CPU_BASE, GPR_RDX), SECCOMP_DATA_ARGS + 16);
  store<u64>(DATA, load<u64>(CPU_BASE, GPR_R10), SECCOMP_DATA_ARGS + 24);
  store<u64>(DATA, load<u64>(CPU_BASE, GPR_R8), SECCOMP_DATA_ARGS + 32);
  store<u64>(DATA, load<u64>(CPU_BASE, GPR_R9), SECCOMP_DATA_ARGS + 40);
  let strongest: u32 = SECCOMP_RET_ALLOW;
  for (let at = t.seccompFilter; at; at = changetype<Filter>(at).older) {
    const answer = bpf_run(changetype<Filter>(at).program(), DATA);
    if (((answer & SECCOMP_RET_ACTION_FULL) as i32) < ((strongest & SECCOMP_RET_ACTION_FULL) as i32))
      strongest = answer;
  }
  return strongest;
}

function refuse(t: Task, nr: u32, action: u32, data: u32): void {
  switch (action) {
    case SECCOMP_RET_ERRNO:
      store<i64>(CPU_BASE, -(min(data, MAX_ERRNO) as i64), GPR_RAX);
      return;
    case SECCOMP_RET_TRAP:
      force_signal(t, SIGSYS, info_syscall(SIGSYS, SYS_SECCOMP, load<u64>(CPU_BASE, CPU_RIP), nr, data));
      return;
    case SECCOMP_RET_TRACE: // there is no tracer
    case SECCOMP_RET_USER_NOTIF: // nor a listener
      store<i64>(CPU_BASE, -ENOSYS, GPR_RAX);
      return;
    case SECCOMP_RET_KILL_THREAD:
      end_task(t, SIGSYS);
      return;
  }
  group_exit(t, SIGSYS);
}

/** Ends the thread alone; the last one takes the process along. */
function end_task(t: Task, sig: i32): void {
  if (t.group.threadCount == 1) group_exit(t, sig);
  else thread_exit(t, sig);
}

/** Is `older` among the filters that `filter` stands on? */
export function filter_descends(filter: usize, older: usize): bool {
  while (filter && filter != older) filter = changetype<Filter>(filter).older;
  return filter == older;
}

/** How many filters t has. */
export function filter_count(t: Task): u32 {
  let count: u32 = 0;
  for (let at = t.seccompFilter; at; at = changetype<Filter>(at).older) count++;
  return count;
}
