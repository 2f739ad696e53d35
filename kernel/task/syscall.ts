// System calls of the running task: a fresh one from the CPU, or one that has waited and is repeated from its start.
// Invariant: while a call is in progress rax still holds its number and every argument register is as the program set it.
import { CONTROL_BASE, CPU_BASE } from '../../abi/box.ts';
import { GPR_RAX } from '../../abi/cpu.ts';
import { CONTROL_FLAGS, CONTROL_SYSCALLS, HOST_STRACE } from '../../abi/host.ts';
import { EBLOCKED, EBLOCKED_UNINTERRUPTIBLE } from '../../abi/linux/errno.ts';
import { SIGKILL } from '../../abi/linux/signal.ts';
import { calls_forget } from '../fs/hostfs/call.ts';
import { dispatch } from '../syscalls/dispatch.gen.ts';
import { strace_begin, strace_end } from '../syscalls/strace.ts';
import { deliver_signals } from './deliver.ts';
import { cancel_waits, task_park } from './sched.ts';
import { seccomp_permits } from './seccomp.ts';
import { signal_set_blocked } from './signal.ts';
import { sig_bit } from './sigqueue.ts';
import { Task, TASK_RUNNABLE, TASK_SLEEPING, TASK_UNINTERRUPTIBLE } from './task.ts';
import { TIMER_NEVER } from './timer.ts';

/** What Task.inSyscall says. */
export const SYSCALL_NONE: u32 = 0;
export const SYSCALL_WAITING: u32 = 1;
/** A child of fork has to finish what only its own address space can: clone.ts. */
export const SYSCALL_FORKED: u32 = 2;
/** Pid 1 before its first program: boot/boot.ts. */
export const SYSCALL_BOOTING: u32 = 3;
/** A process of the host before its first program: boot/exec.ts. */
export const SYSCALL_EXECING: u32 = 4;

/** Runs the call that the CPU stopped at; t is current. */
export function syscall_enter(t: Task): void {
  store<u64>(CONTROL_BASE, load<u64>(CONTROL_BASE, CONTROL_SYSCALLS) + 1, CONTROL_SYSCALLS);
  const nr = load<u32>(CPU_BASE, GPR_RAX);
  const strace = (load<u32>(CONTROL_BASE, CONTROL_FLAGS) & HOST_STRACE) != 0;
  if (strace) strace_begin(t, nr);
  if (!t.seccompMode || seccomp_permits(t)) return syscall_run(t);
  if (strace && t.state == TASK_RUNNABLE) strace_end(t, nr, load<i64>(CPU_BASE, GPR_RAX));
}

/** Runs the call in progress, for the first time or again. */
export function syscall_run(t: Task): void {
  const nr = load<u32>(CPU_BASE, GPR_RAX);
  const result = dispatch(nr);
  if (t.state != TASK_RUNNABLE) return;
  if (result <= -EBLOCKED && result >= -EBLOCKED_UNINTERRUPTIBLE) return sleep(t, -result as i32);
  if (load<u32>(CONTROL_BASE, CONTROL_FLAGS) & HOST_STRACE) strace_end(t, nr, result);
  store<i64>(CPU_BASE, result, GPR_RAX);
  if (t.hostCalls) calls_forget(t);
  if (t.inSyscall | t.sysPhase) syscall_end(t);
  if (!t.hasSavedBlocked) return;
  t.hasSavedBlocked = 0;
  signal_set_blocked(t, t.savedBlocked);
}

/** The call in progress is over: its result is in rax. */
export function syscall_end(t: Task): void {
  t.inSyscall = SYSCALL_NONE;
  t.sysPhase = 0;
  t.sleepDeadline = TIMER_NEVER;
  cancel_waits(t);
}

/** The call waits, unless a signal is there already. */
function sleep(t: Task, why: i32): void {
  t.inSyscall = SYSCALL_WAITING;
  if (!t.signalPending) return task_park(t, why == EBLOCKED_UNINTERRUPTIBLE ? TASK_UNINTERRUPTIBLE : TASK_SLEEPING);
  if (why == EBLOCKED_UNINTERRUPTIBLE && !((t.pending | t.group.pending) & sig_bit(SIGKILL))) {
    return task_park(t, TASK_UNINTERRUPTIBLE);
  }
  cancel_waits(t);
  if (t.hostCalls) calls_forget(t);
  deliver_signals(t, why);
}
