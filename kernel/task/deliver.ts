// Delivering signals: what happens before a task's next user instruction. kernel/signal.c get_signal of Linux.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_FAULT_CODE, CPU_FAULT_SIG, CPU_FAULT_VA, CPU_RIP, GPR_RAX } from '../../abi/cpu.ts';
import { EBLOCKED, EINTR } from '../../abi/linux/errno.ts';
import {
  SA_HANDLER,
  SA_RESTART,
  SIGILL,
  SIGKILL,
  SIGSEGV,
  SIGSTOP,
  SIG_DFL,
  SIG_IGN,
  SI_KERNEL,
} from '../../abi/linux/signal.ts';
import { group_exit } from './exit.ts';
import { pgrp_is_orphaned } from './pgrp.ts';
import { posix_timer_taken } from './posix_timer.ts';
import { sigframe_push } from './sigframe.ts';
import { info_fault } from './siginfo.ts';
import { KERNEL_ONLY, STOP_SIGNALS, SYNCHRONOUS, default_ignores, send_signal, signal_recalc } from './signal.ts';
import { sig_bit, sigqueue_take } from './sigqueue.ts';
import { group_stop, task_stop, tell_continued } from './stop.ts';
import { syscall_end } from './syscall.ts';
import { Task, TASK_RUNNABLE } from './task.ts';
import { GROUP_TELL_CONTINUED, GROUP_UNKILLABLE } from './thread_group.ts';
import { trace_fatal } from './trace.ts';
import { unsupported_report } from './unsupported.ts';

const INFO: usize = memory.data(48, 8);
/** Bytes of SYSCALL: how far rip goes back to repeat a call. */
const SYSCALL_LENGTH = 2;

/**
 * Handles signals of t, which is current and at an instruction boundary, until a handler is set up or none is left.
 * blocked: why the system call in progress waits (EBLOCKED*), or 0 outside of one.
 */
export function deliver_signals(t: Task, blocked: i32): void {
  if (t.group.flags & GROUP_TELL_CONTINUED) tell_continued(t.group);
  while (t.state == TASK_RUNNABLE) {
    if (t.stopPending) {
      task_stop(t);
      return;
    }
    const sig = take_signal(t);
    if (!sig) break;
    if (act_on(t, sig, blocked)) return;
  }
  signal_recalc(t);
}

/** A fault of the current instruction becomes its signal, which can be neither ignored nor blocked. */
export function deliver_fault(t: Task): void {
  const sig = load<i32>(CPU_BASE, CPU_FAULT_SIG);
  force_signal(t, sig, info_fault(sig, load<i32>(CPU_BASE, CPU_FAULT_CODE), load<u64>(CPU_BASE, CPU_FAULT_VA)));
}

/** Sends a signal that must take effect: an action that would hide it becomes the default, and that kills even pid 1. */
export function force_signal(t: Task, sig: i32, info: usize): void {
  const bit = sig_bit(sig);
  const handler = t.sighand.handler(sig);
  if (handler == SIG_IGN || t.blocked & bit) {
    store<u64>(t.sighand.action(sig), SIG_DFL, SA_HANDLER);
    t.blocked &= ~bit;
  }
  if (t.sighand.handler(sig) == SIG_DFL) t.group.flags &= ~GROUP_UNKILLABLE;
  send_signal(t, sig, info);
  t.signalPending = 1;
}

/** Number of the next signal to act on, taken from its queue into INFO; 0 = none. */
function take_signal(t: Task): i32 {
  const mine = t.pending & ~t.blocked;
  const all = mine | (t.group.pending & ~t.blocked);
  if (!all) return 0;
  const kill = all & sig_bit(SIGKILL);
  const set = kill ? kill : mine & SYNCHRONOUS ? mine & SYNCHRONOUS : mine ? mine : all;
  const sig = (ctz(set) as i32) + 1;
  if (!sigqueue_take(t.sigPending(), sig, INFO)) sigqueue_take(t.group.sigPending(), sig, INFO);
  posix_timer_taken(t.group, INFO);
  return sig;
}

/** True = t does not go on looking: it has a handler to run, has stopped or has ended. */
function act_on(t: Task, sig: i32, blocked: i32): bool {
  const handler = t.sighand.handler(sig);
  if (sig != SIGKILL && sig != SIGSTOP && handler == SIG_IGN) return false;
  if (handler != SIG_DFL) {
    run_handler(t, sig, blocked);
    return true;
  }
  if (default_ignores(sig)) return false;
  if (t.group.flags & GROUP_UNKILLABLE && !(KERNEL_ONLY & sig_bit(sig))) return false;
  if (STOP_SIGNALS & sig_bit(sig)) {
    if (sig != SIGSTOP && pgrp_is_orphaned(t.group.pgid)) return false;
    group_stop(t, sig);
    return true;
  }
  trace_fatal(t, sig);
  if (sig == SIGILL) unsupported_report(t, INFO);
  group_exit(t, sig);
  return true;
}

function run_handler(t: Task, sig: i32, blocked: i32): void {
  if (blocked) {
    const restart = blocked == EBLOCKED && (t.sighand.flags(sig) & SA_RESTART) != 0;
    if (restart) store<u64>(CPU_BASE, load<u64>(CPU_BASE, CPU_RIP) - SYSCALL_LENGTH, CPU_RIP);
    else store<i64>(CPU_BASE, -EINTR, GPR_RAX);
    syscall_end(t);
  }
  if (sigframe_push(t, sig, INFO)) return signal_recalc(t);
  // As Linux's signal_setup_done: no room for the frame is a SIGSEGV that a SIGSEGV handler cannot catch.
  if (sig == SIGSEGV) store<u64>(t.sighand.action(SIGSEGV), SIG_DFL, SA_HANDLER);
  force_signal(t, SIGSEGV, info_fault(SIGSEGV, SI_KERNEL, 0));
  deliver_signals(t, 0);
}
