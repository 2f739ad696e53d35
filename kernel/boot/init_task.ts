// Tasks made from nothing: pid 1, and those that the host starts beside it. Every other task descends from one of them by clone.
import { BOOT_RLIMIT_COUNT, BOOT_RLIMITS, RLIMIT_ENTRY_SIZE } from '../../abi/boot.ts';
import { CONTROL_BASE } from '../../abi/box.ts';
import { CONTROL_TASKS } from '../../abi/host.ts';
import {
  RLIMIT_CORE,
  RLIMIT_MEMLOCK,
  RLIMIT_MSGQUEUE,
  RLIMIT_NICE,
  RLIMIT_NOFILE,
  RLIMIT_RTPRIO,
  RLIMIT_SIGPENDING,
  RLIMIT_STACK,
  RLIM_NLIMITS,
} from '../../abi/linux/resource.ts';
import { SIGCHLD } from '../../abi/linux/signal.ts';
import { kmalloc } from '../lib/slab.ts';
import { nsproxy_first, nsproxy_get } from '../ns/nsproxy.ts';
import { pid_ns_first } from '../ns/pid.ts';
import { link_thread } from '../task/clone.ts';
import { Cred } from '../task/cred.ts';
import { pgrp_join } from '../task/pgrp.ts';
import { Pid, pid_alloc } from '../task/pid.ts';
import { run_queue_add } from '../task/run_queue.ts';
import { SLICE } from '../task/sched.ts';
import { sighand_new } from '../task/sighand.ts';
import { altstack_reset } from '../task/sigframe.ts';
import { Task, TASK_SIZE } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { boot_ptr, boot_u32 } from './block.ts';
import { TIMER_ITIMER_REAL, TIMER_NEVER, TIMER_WAKE_TASK } from '../task/timer.ts';

const DEFAULT_TIMER_SLACK: u64 = 50000;
const UNLIMITED: u64 = 0xffffffffffffffff;

/** A runnable task without memory, files and parent that takes over cred, in a group with GROUP_* flags; null = no memory. */
export function init_task(cred: Cred, flags: u32): Task {
  const t = changetype<Task>(kmalloc(TASK_SIZE));
  const group = init_group(flags);
  const pid = pid_alloc(pid_ns_first());
  if (!changetype<usize>(t) || !changetype<usize>(group) || !pid) return changetype<Task>(0);
  t.cred = cred;
  t.ns = nsproxy_get(nsproxy_first());
  t.tid = changetype<Pid>(pid).nr;
  t.group = group;
  t.sighand = group.sighand;
  t.sliceLeft = SLICE;
  t.sleepDeadline = TIMER_NEVER;
  t.timerKind = TIMER_WAKE_TASK;
  t.timerOwner = changetype<usize>(t);
  t.timerSlack = DEFAULT_TIMER_SLACK;
  t.dumpable = 1;
  t.startTime = clock_monotonic();
  altstack_reset(t);
  group.tgid = t.tid;
  group.pidNs = pid_ns_first();
  changetype<Pid>(pid).task = t;
  changetype<Pid>(pid).group = group;
  pgrp_join(group, t.tid, t.tid);
  link_thread(group, t);
  run_queue_add(t);
  store<u32>(CONTROL_BASE, load<u32>(CONTROL_BASE, CONTROL_TASKS) + 1, CONTROL_TASKS);
  return t;
}

function init_group(flags: u32): ThreadGroup {
  const group = changetype<ThreadGroup>(kmalloc(offsetof<ThreadGroup>()));
  if (!changetype<usize>(group)) return group;
  group.flags = flags;
  group.exitSignal = SIGCHLD;
  group.sighand = sighand_new();
  group.realKind = TIMER_ITIMER_REAL;
  group.realOwner = changetype<usize>(group);
  group.rlimits = kmalloc(RLIM_NLIMITS * 16);
  if (!group.rlimits || !changetype<usize>(group.sighand)) return changetype<ThreadGroup>(0);
  init_limits(group.rlimits);
  return group;
}

/** As a container of a current Docker has them, and no core files, where the boot block does not say otherwise. */
function init_limits(limits: usize): void {
  for (let i = 0; i < RLIM_NLIMITS; i++) set_limit(limits, i, UNLIMITED, UNLIMITED);
  set_limit(limits, RLIMIT_STACK, 8 << 20, UNLIMITED);
  set_limit(limits, RLIMIT_CORE, 0, UNLIMITED);
  set_limit(limits, RLIMIT_NOFILE, 1024, 524288);
  set_limit(limits, RLIMIT_MEMLOCK, 8 << 20, 8 << 20);
  set_limit(limits, RLIMIT_SIGPENDING, 63000, 63000);
  set_limit(limits, RLIMIT_MSGQUEUE, 819200, 819200);
  set_limit(limits, RLIMIT_NICE, 0, 0);
  set_limit(limits, RLIMIT_RTPRIO, 0, 0);
  let entry = boot_ptr(BOOT_RLIMITS);
  for (let i: u32 = 0; i < boot_u32(BOOT_RLIMIT_COUNT); i++) {
    const resource = load<u32>(entry);
    if (resource < (RLIM_NLIMITS as u32)) set_limit(limits, resource, load<u64>(entry, 8), load<u64>(entry, 16));
    entry += RLIMIT_ENTRY_SIZE;
  }
}

function set_limit(limits: usize, resource: i32, soft: u64, hard: u64): void {
  store<u64>(limits + resource * 16, soft);
  store<u64>(limits + resource * 16, hard, 8);
}
