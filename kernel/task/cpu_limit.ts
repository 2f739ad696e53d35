// RLIMIT_CPU: SIGXCPU at the soft limit and every second after it, SIGKILL at the hard one. setrlimit(2)
import { RLIMIT_CPU } from '../../abi/linux/resource.ts';
import { SIGKILL, SIGXCPU } from '../../abi/linux/signal.ts';
import { send_group_signal } from './signal.ts';
import { ThreadGroup } from './thread_group.ts';

const NS_PER_S: u64 = 1000000000;
/** Limits beyond 2^33 seconds are none: they overflow nanoseconds. */
const LONGEST: u64 = 0x200000000;

/** The limit was set or inherited. */
export function cpu_limit_changed(group: ThreadGroup): void {
  const soft = group.rlimit(RLIMIT_CPU);
  group.cpuLimitNext = soft >= LONGEST ? 0 : max(soft, 1) * NS_PER_S;
}

/** The group has used `total` ns so far, which is at least cpuLimitNext. */
export function cpu_limit_reached(group: ThreadGroup, total: u64): void {
  const hard = load<u64>(group.rlimits + RLIMIT_CPU * 16, 8);
  group.cpuLimitNext += NS_PER_S;
  send_group_signal(group, total / NS_PER_S >= hard ? SIGKILL : SIGXCPU, 0);
}
