// Signals: actions, masks, pending, waiting, alternate stack. Sending is in kill.ts. signal(7).
import { CPU_BASE } from '../../abi/box.ts';
import { GPR_RAX, GPR_RSP } from '../../abi/cpu.ts';
import { EAGAIN, EBLOCKED_INTR, EFAULT, EINTR, EINVAL, ENOMEM, EPERM } from '../../abi/linux/errno.ts';
import {
  MINSIGSTKSZ,
  NSIG,
  SA_HANDLER,
  SIGACTION_SIZE,
  SIGINFO_SIZE,
  SIGSEGV,
  SIG_BLOCK,
  SIG_DFL,
  SIG_IGN,
  SIG_SETMASK,
  SIG_UNBLOCK,
  SI_KERNEL,
  SS_AUTODISARM,
  SS_DISABLE,
  SS_ONSTACK,
} from '../../abi/linux/signal.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { force_signal } from '../task/deliver.ts';
import { posix_timer_taken } from '../task/posix_timer.ts';
import { altstack_reset, on_altstack, sigframe_pop } from '../task/sigframe.ts';
import { info_fault } from '../task/siginfo.ts';
import { KERNEL_ONLY, default_ignores, sigmask_temporary, signal_pending, signal_set_blocked } from '../task/signal.ts';
import { sig_bit, sigqueue_flush, sigqueue_take } from '../task/sigqueue.ts';
import { current, Task } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';
import { TIMER_NEVER } from '../task/timer.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { wait_expired, wait_until } from '../task/wait_queue.ts';
import { timespec_in } from './timespec.ts';

const ACTION: usize = memory.data(32, 8);
const MASK: usize = memory.data(8, 8);
const INFO: usize = memory.data(128, 8);
const STACK: usize = memory.data(24, 8);
const SIGSET_SIZE: u64 = 8;

export function sys_rt_sigaction(sig: i32, action: u64, old: u64, size: u64): i64 {
  if (size != SIGSET_SIZE || sig < 1 || sig > NSIG || (action && KERNEL_ONLY & sig_bit(sig))) return -EINVAL;
  const t = current();
  let error = action ? copyin(ACTION, action, SIGACTION_SIZE) : 0;
  if (error >= 0 && old) error = copyout(old, t.sighand.action(sig), SIGACTION_SIZE);
  if (error < 0 || !action) return error;
  memory.copy(t.sighand.action(sig), ACTION, SIGACTION_SIZE);
  const handler = load<u64>(ACTION, SA_HANDLER);
  if (handler == SIG_IGN || (handler == SIG_DFL && default_ignores(sig))) flush_signal(t.group, sig);
  return 0;
}

/** A signal that is ignored from now on does not stay pending. */
function flush_signal(group: ThreadGroup, sig: i32): void {
  sigqueue_flush(group.sigPending(), sig_bit(sig));
  for (let t = group.threads; changetype<usize>(t); t = t.threadNext) sigqueue_flush(t.sigPending(), sig_bit(sig));
}

export function sys_rt_sigprocmask(how: i32, set: u64, old: u64, size: u64): i64 {
  if (size != SIGSET_SIZE) return -EINVAL;
  const t = current();
  const before = t.blocked;
  if (set) {
    const error = copyin(MASK, set, 8);
    if (error < 0) return error;
    const mask = load<u64>(MASK);
    if (how == SIG_BLOCK) signal_set_blocked(t, before | mask);
    else if (how == SIG_UNBLOCK) signal_set_blocked(t, before & ~mask);
    else if (how == SIG_SETMASK) signal_set_blocked(t, mask);
    else return -EINVAL;
  }
  return old ? put_mask(old, before, 8) : 0;
}

export function sys_rt_sigpending(set: u64, size: u64): i64 {
  if (size > SIGSET_SIZE) return -EINVAL;
  const t = current();
  return put_mask(set, (t.pending | t.group.pending) & t.blocked, size as usize);
}

function put_mask(va: u64, mask: u64, size: usize): i64 {
  store<u64>(MASK, mask);
  return copyout(va, MASK, size);
}

export function sys_rt_sigsuspend(set: u64, size: u64): i64 {
  if (size != SIGSET_SIZE) return -EINVAL;
  const error = copyin(MASK, set, 8);
  if (error < 0) return error;
  sigmask_temporary(load<u64>(MASK));
  return -EBLOCKED_INTR;
}

export function sys_pause(): i64 {
  return -EBLOCKED_INTR;
}

/** The value in rax is that of the interrupted code: it is the result, so that storing it changes nothing. */
export function sys_rt_sigreturn(): i64 {
  const t = current();
  if (!sigframe_pop(t)) force_signal(t, SIGSEGV, info_fault(SIGSEGV, SI_KERNEL, 0));
  return load<i64>(CPU_BASE, GPR_RAX);
}

export function sys_rt_sigtimedwait(set: u64, info: u64, timeout: u64, size: u64): i64 {
  if (size != SIGSET_SIZE) return -EINVAL;
  const error = copyin(MASK, set, 8);
  if (error < 0) return error;
  const t = current();
  const wanted = load<u64>(MASK) & ~KERNEL_ONLY;
  const sig = take_wanted(t, wanted);
  if (sig) {
    if (info && copyout(info, INFO, SIGINFO_SIZE) < 0) return -EFAULT;
    return sig;
  }
  return wait_for_signal(t, wanted, timeout);
}

function take_wanted(t: Task, wanted: u64): i32 {
  const hit = (t.pending | t.group.pending) & wanted;
  if (!hit) return 0;
  const sig = (ctz(hit) as i32) + 1;
  memory.fill(INFO, 0, SIGINFO_SIZE);
  if (!sigqueue_take(t.sigPending(), sig, INFO)) sigqueue_take(t.group.sigPending(), sig, INFO);
  posix_timer_taken(t.group, INFO);
  return sig;
}

/** Unblocks what is waited for meanwhile, so that it wakes the task; the repeated call takes it before it is delivered. */
function wait_for_signal(t: Task, wanted: u64, timeout: u64): i64 {
  if (!t.sysPhase) {
    let deadline = TIMER_NEVER;
    if (timeout) {
      const ns = timespec_in(timeout);
      if (ns < 0) return ns;
      if (ns == 0) return -EAGAIN;
      deadline = clock_monotonic() + (ns as u64);
    }
    t.sysPhase = 1;
    t.sleepDeadline = deadline;
    sigmask_temporary(t.blocked & ~wanted);
  } else if (wait_expired()) return -EAGAIN;
  else if (signal_pending()) return -EINTR;
  wait_until(t.sleepDeadline);
  return -EBLOCKED_INTR;
}

export function sys_sigaltstack(set: u64, old: u64): i64 {
  const t = current();
  const sp = load<u64>(CPU_BASE, GPR_RSP);
  if (set) {
    const error = copyin(STACK, set, 24);
    if (error < 0) return error;
  }
  const newSp = load<u64>(STACK);
  const newFlags = load<u32>(STACK, 8);
  const newSize = load<u64>(STACK, 16);
  if (old) {
    const error = put_altstack(t, old, sp);
    if (error < 0) return error;
  }
  return set ? set_altstack(t, newSp, newFlags, newSize, sp) : 0;
}

function put_altstack(t: Task, va: u64, sp: u64): i32 {
  store<u64>(STACK, t.altSp);
  const state: u32 = !t.altSize ? SS_DISABLE : on_altstack(t, sp) ? SS_ONSTACK : 0;
  store<u64>(STACK, (state | (t.altFlags & SS_AUTODISARM)) as u64, 8);
  store<u64>(STACK, t.altSize, 16);
  return copyout(va, STACK, 24);
}

function set_altstack(t: Task, base: u64, flags: u32, size: u64, sp: u64): i64 {
  if (on_altstack(t, sp)) return -EPERM;
  if (base == t.altSp && size == t.altSize && flags == (size ? t.altFlags : 0)) return 0;
  const mode = flags & ~SS_AUTODISARM;
  if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0) return -EINVAL;
  if (mode == SS_DISABLE) {
    altstack_reset(t);
    return 0;
  }
  if (size < (MINSIGSTKSZ as u64)) return -ENOMEM;
  t.altSp = base;
  t.altSize = size;
  t.altFlags = flags & SS_AUTODISARM;
  return 0;
}
