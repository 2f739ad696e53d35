// The scheduler: runs tasks in turn, a slice of guest instructions each, and answers why the CPU stopped.
// Invariant: between two calls from the host every register of every task is in memory; the current one's at CPU_BASE.
import { CONTROL_BASE, CPU_BASE, RING_BASE } from '../../abi/box.ts';
import {
  CPU_CONTEXT_SIZE,
  CPU_RETIRED,
  EXIT_BLOCKED,
  EXIT_FAULT,
  EXIT_FUEL,
  EXIT_INT80,
  EXIT_SYSCALL,
  GPR_RAX,
} from '../../abi/cpu.ts';
import {
  CONTROL_CONTEXT_SWITCHES,
  CONTROL_CURRENT,
  CONTROL_DEADLINE,
  CONTROL_FLAGS,
  CONTROL_STOP_AT,
  HOST_LOCKSTEP,
  REASON_BUDGET,
  REASON_EXITED,
  REASON_HOST,
  REASON_IDLE,
  RING_SQ_HEAD,
  RING_SQ_TAIL,
} from '../../abi/host.ts';
import { ENOSYS } from '../../abi/linux/errno.ts';
import { boot_step } from '../boot/boot.ts';
import { exec_step } from '../boot/exec.ts';
import { cpu_run } from '../cpu/run.ts';
import { console_pump } from '../fs/tty/console.ts';
import { streams_pump } from '../fs/hoststream.ts';
import { channel_pump } from '../fs/message/channel.ts';
import { ring_in_flight, ring_take_completions } from '../io/ring.ts';
import { mm_activate } from '../mm/mm.ts';
import { network_is_on } from '../net/interface_address.ts';
import { outside_busy, outside_flush } from '../net/outside.ts';
import { outside_receive } from '../net/outside_receive.ts';
import { box_is_running, box_wind_up } from './box_exit.ts';
import { fork_finish } from './clone.ts';
import { cpu_time_charge, cpu_time_start } from './cputime.ts';
import { deliver_fault, deliver_signals } from './deliver.ts';
import { free_dead_tasks } from './exit.ts';
import { futex_unqueue } from './futex_queue.ts';
import { run_queue_add, run_queue_first, run_queue_remove, run_queue_rotate } from './run_queue.ts';
import {
  SYSCALL_EXECING,
  SYSCALL_FORKED,
  SYSCALL_NONE,
  SYSCALL_WAITING,
  syscall_enter,
  syscall_run,
} from './syscall.ts';
import { current, Task, TASK_DEAD, TASK_RUNNABLE, TASK_SLEEPING, TASK_UNINTERRUPTIBLE } from './task.ts';
import { TIMER_NEVER, timer_cancel, timer_next, timers_expire } from './timer.ts';
import { clock_for_host, clock_is_virtual, clock_latch, clock_monotonic, clock_skip_to } from '../lib/clock.ts';
import { trace_is_on, trace_note } from './trace.ts';
import { wait_cancel } from './wait_queue.ts';

/** Instructions a task runs before others get their turn: about a millisecond, near to what Linux grants. */
export const SLICE = 200000;
/** Slices vary by up to that much, or a loop whose period divides them would hold its lock at the end of every one. */
const SLICE_JITTER: u32 = 0xffff;
const JITTER: usize = memory.data(4, 4);
/** What a system call costs of the slice, so that a loop of calls cannot hold the host up. */
const SYSCALL_COST = 200;

/** Runs about that many guest instructions: REASON_*. */
export function wbx_resume(fuel: i32): i32 {
  clock_latch();
  if (ring_take_completions() && network_is_on()) outside_receive();
  console_pump();
  streams_pump();
  channel_pump();
  while (fuel > 0 && box_is_running() && !is_stopped()) {
    if (in_lockstep() && ring_in_flight()) return REASON_HOST;
    const next = timer_next();
    if (next != TIMER_NEVER) timers_expire(clock_monotonic());
    const t = run_queue_first();
    if (!changetype<usize>(t)) {
      if (next == TIMER_NEVER || !in_lockstep()) return idle();
      clock_skip_to(next);
      continue;
    }
    switch_to(t);
    fuel -= run_slice(t, slice_of(t, fuel));
  }
  if (network_is_on()) outside_flush();
  if (box_is_running()) return REASON_BUDGET;
  if (outside_busy() || !box_wind_up()) return REASON_HOST;
  return REASON_EXITED;
}

/** Makes a sleeping task runnable and takes it off all queues; others are left alone. */
export function wake_task(t: Task): void {
  cancel_waits(t);
  if (t.state != TASK_SLEEPING && t.state != TASK_UNINTERRUPTIBLE) return;
  t.state = TASK_RUNNABLE;
  run_queue_add(t);
}

/** Ends whatever t waits for. */
export function cancel_waits(t: Task): void {
  if (changetype<usize>(t.waitNodes)) wait_cancel(t);
  if (t.timerIndex) timer_cancel(t.sleepTimer());
  if (t.futexHashed) futex_unqueue(t);
}

/** sched_yield(2): the rest of the slice goes to the others. */
export function sched_yield_current(): void {
  const t = current();
  t.yielded = 1;
}

/** The task will not run until something makes it runnable. */
export function task_park(t: Task, state: u32): void {
  t.state = state;
  run_queue_remove(t);
}

function idle(): i32 {
  if (network_is_on()) outside_flush();
  store<u64>(CONTROL_BASE, clock_for_host(timer_next()), CONTROL_DEADLINE);
  return load<u32>(RING_BASE, RING_SQ_HEAD) == load<u32>(RING_BASE, RING_SQ_TAIL) ? REASON_IDLE : REASON_HOST;
}

/** Makes t the current task. */
function switch_to(t: Task): void {
  const old = current();
  if (changetype<usize>(old) == changetype<usize>(t)) return;
  if (changetype<usize>(old)) memory.copy(old.context(), CPU_BASE, CPU_CONTEXT_SIZE);
  memory.copy(CPU_BASE, t.context(), CPU_CONTEXT_SIZE);
  store<u32>(CONTROL_BASE, changetype<usize>(t) as u32, CONTROL_CURRENT);
  store<u64>(CONTROL_BASE, load<u64>(CONTROL_BASE, CONTROL_CONTEXT_SWITCHES) + 1, CONTROL_CONTEXT_SWITCHES);
  if (changetype<usize>(t.mm)) mm_activate(t.mm);
  free_dead_tasks();
}

/**
 * Instructions to run t for. The host's fuel does not shift turns; where runs must repeat exactly it does not divide them
 * either, since faults and long string instructions make what a part uses depend on where it began.
 */
function slice_of(t: Task, fuel: i32): i32 {
  const most = clock_is_virtual() ? t.sliceLeft : min(fuel, t.sliceLeft);
  const stop = load<u64>(CONTROL_BASE, CONTROL_STOP_AT);
  return stop ? (min<u64>(most, stop - load<u64>(CPU_BASE, CPU_RETIRED)) as i32) : most;
}

/** The host wants to see the box at a certain instruction, and it has come. */
function is_stopped(): bool {
  const stop = load<u64>(CONTROL_BASE, CONTROL_STOP_AT);
  return stop != 0 && load<u64>(CPU_BASE, CPU_RETIRED) >= stop;
}

/** Nothing may run while the host owes an answer: then it cannot matter when it comes. */
function in_lockstep(): bool {
  return (load<u32>(CONTROL_BASE, CONTROL_FLAGS) & HOST_LOCKSTEP) != 0;
}

/** Runs the current task for at most that many instructions; returns what it used. */
function run_slice(t: Task, most: i32): i32 {
  let left = most;
  cpu_time_start();
  t.yielded = 0;
  while (left > 0 && t.state == TASK_RUNNABLE && !t.yielded) {
    if (t.inSyscall != SYSCALL_NONE) {
      left -= SYSCALL_COST;
      run_kernel_work(t);
    } else if (t.signalPending) deliver_signals(t, 0);
    else left -= run_user(t, left);
  }
  if (t.state != TASK_DEAD) cpu_time_charge(t);
  end_slice(t, most - left);
  return most - left;
}

function end_slice(t: Task, used: i32): void {
  t.sliceLeft -= used;
  if (t.state != TASK_RUNNABLE) t.voluntarySwitches++;
  else if (t.sliceLeft <= 0 || t.yielded) {
    t.involuntarySwitches++;
    run_queue_rotate(t);
  } else return;
  t.sliceLeft = SLICE + jitter();
}

/** The same sequence in every run (Numerical Recipes' generator). */
function jitter(): i32 {
  const next = load<u32>(JITTER) * 1664525 + 1013904223;
  store<u32>(JITTER, next);
  return ((next >> 16) & SLICE_JITTER) as i32;
}

/** What a task does in the kernel before its next user instruction. */
function run_kernel_work(t: Task): void {
  if (t.inSyscall == SYSCALL_WAITING) syscall_run(t);
  else if (t.inSyscall == SYSCALL_FORKED) fork_finish(t);
  else if (t.inSyscall == SYSCALL_EXECING) exec_step(t);
  else boot_step(t);
}

/** User instructions up to the next exit; returns what they cost. */
function run_user(t: Task, fuel: i32): i32 {
  const before = load<u64>(CPU_BASE, CPU_RETIRED);
  if (trace_is_on()) {
    trace_note(t);
    fuel = 1;
  }
  const exit = cpu_run(fuel);
  let cost = (load<u64>(CPU_BASE, CPU_RETIRED) - before) as i32;
  switch (exit) {
    case EXIT_FUEL:
      // A long string instruction gives way in its middle, not retired yet: that too ends the slice.
      cost = max(cost, fuel);
      break;
    case EXIT_SYSCALL:
      syscall_enter(t);
      cost += SYSCALL_COST;
      break;
    case EXIT_FAULT:
      deliver_fault(t);
      cost += SYSCALL_COST;
      break;
    case EXIT_BLOCKED:
      task_park(t, TASK_SLEEPING);
      break;
    case EXIT_INT80:
      store<i64>(CPU_BASE, -ENOSYS, GPR_RAX);
      break;
  }
  return cost;
}
