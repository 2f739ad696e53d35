// CPU time is counted in guest instructions and shown as if each took NS_PER_INSTRUCTION.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_RETIRED } from '../../abi/cpu.ts';
import { NS_PER_INSTRUCTION } from '../lib/clock.ts';
import { cpu_limit_reached } from './cpu_limit.ts';
import { itimers_charge } from './itimer.ts';
import { posix_timers_charge } from './posix_timer.ts';
import { current, Task } from './task.ts';
import { ThreadGroup } from './thread_group.ts';

// When the running task got the CPU, in instructions retired since boot.
const SLICE_START: usize = memory.data(8, 8);

/** The current task starts to run. */
export function cpu_time_start(): void {
  store<u64>(SLICE_START, load<u64>(CPU_BASE, CPU_RETIRED));
}

/** Books what the task ran since cpu_time_start; may be called at any time. */
export function cpu_time_charge(task: Task): void {
  const now = load<u64>(CPU_BASE, CPU_RETIRED);
  const used = now - load<u64>(SLICE_START);
  task.retired += used;
  store<u64>(SLICE_START, now);
  const group = task.group;
  if (group.virtualValue | group.profValue) itimers_charge(group, used * NS_PER_INSTRUCTION);
  if (!group.cpuLimitNext && !group.posixTimers) return;
  const total = ended_and_living(group) * NS_PER_INSTRUCTION;
  if (group.posixTimers) posix_timers_charge(group, total, task, task.retired * NS_PER_INSTRUCTION);
  if (group.cpuLimitNext && total >= group.cpuLimitNext) cpu_limit_reached(group, total);
}

/** Nanoseconds. */
export function task_cpu_time(task: Task): u64 {
  if (task.isCurrent()) cpu_time_charge(task);
  return task.retired * NS_PER_INSTRUCTION;
}

/** Nanoseconds of all threads, living and ended. */
export function group_cpu_time(group: ThreadGroup): u64 {
  const t = current();
  if (changetype<usize>(t.group) == changetype<usize>(group)) cpu_time_charge(t);
  return ended_and_living(group) * NS_PER_INSTRUCTION;
}

function ended_and_living(group: ThreadGroup): u64 {
  let sum = group.retired;
  for (let t = group.threads; changetype<usize>(t); t = t.threadNext) sum += t.retired;
  return sum;
}

/** Instructions to nanoseconds. */
export function retired_to_ns(retired: u64): u64 {
  return retired * NS_PER_INSTRUCTION;
}
