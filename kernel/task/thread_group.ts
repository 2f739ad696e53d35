// A thread group: the process of POSIX. Parent and child are relations between thread groups here.
// Invariant: it lives until its parent has waited for it; the task of its leader lives as long.
import { PidNamespace } from '../ns/pid.ts';
import { Sighand } from './sighand.ts';
import { SigPending } from './sigqueue.ts';
import { Task } from './task.ts';
import { Timer } from './timer.ts';

export const GROUP_ALIVE: u32 = 0;
/** All threads have ended; waits to be reaped. */
export const GROUP_ZOMBIE: u32 = 1;

export const GROUP_EXITING: u32 = 1;
/** Parent has not been told of this stop / continue yet: wait4 with WUNTRACED / WCONTINUED takes it. */
export const GROUP_STOP_REPORT: u32 = 2;
export const GROUP_CONTINUE_REPORT: u32 = 4;
export const GROUP_SUBREAPER: u32 = 8;
export const GROUP_DID_EXEC: u32 = 16;
/** Was continued; the first thread that runs tells the parent. */
export const GROUP_TELL_CONTINUED: u32 = 64;
/** init: signals with default action do nothing to it. */
export const GROUP_UNKILLABLE: u32 = 32;

@unmanaged
export class ThreadGroup {
  tgid: i32;
  state: u32;
  flags: u32;
  leader: Task;
  threads: Task;
  threadCount: i32;
  /** Threads that have stopped for the group stop in progress. */
  stoppedCount: i32;
  stopSignal: i32;

  parent: ThreadGroup;
  childFirst: ThreadGroup;
  siblingNext: ThreadGroup;
  siblingPrev: ThreadGroup;
  /** Signal to the parent at exit: SIGCHLD or what clone asked for. */
  exitSignal: i32;
  /** As wait(2) gives it. */
  exitCode: i32;
  /** The pid namespace it is in: that of its Pid. */
  pidNs: PidNamespace;
  // A WaitQueue for waitpid callers: 8 bytes.
  childWait: u64;

  pgid: i32;
  sid: i32;
  pgrpNext: ThreadGroup;
  pgrpPrev: ThreadGroup;

  /** The owning reference; tasks have the same pointer. */
  sighand: Sighand;
  // A SigPending.
  pending: u64;
  sigFirst: usize;
  sigLast: usize;
  sigCount: u32;

  /** RLIM_NLIMITS pairs of u64: soft, hard. */
  rlimits: usize;
  // ITIMER_REAL, embedded.
  realDeadline: u64;
  realIndex: u32;
  realKind: u32;
  realOwner: usize;
  realInterval: u64;
  virtualValue: u64;
  virtualInterval: u64;
  profValue: u64;
  profInterval: u64;
  /** POSIX timers, a list of fs-independent PosixTimer. */
  posixTimers: usize;
  posixTimerNext: i32;

  // Resources of ended threads, and of waited-for children.
  retired: u64;
  minFaults: u64;
  majFaults: u64;
  voluntarySwitches: u64;
  involuntarySwitches: u64;
  childRetired: u64;
  childMinFaults: u64;
  childMajFaults: u64;
  childVoluntary: u64;
  childInvoluntary: u64;
  maxRss: u64;
  childMaxRss: u64;
  oomScoreAdj: i32;
  /** Started by the host beside pid 1: its id there (boot/exec.ts), otherwise 0. */
  execId: i32;
  /** Commands of membarrier(2) it has registered for. */
  membarrier: i32;
  /** CPU time at which RLIMIT_CPU strikes next, ns; 0 = unlimited. */
  cpuLimitNext: u64;

  @inline realTimer(): Timer {
    return changetype<Timer>(changetype<usize>(this) + offsetof<ThreadGroup>('realDeadline'));
  }

  @inline sigPending(): SigPending {
    return changetype<SigPending>(changetype<usize>(this) + offsetof<ThreadGroup>('pending'));
  }

  @inline childWaitQueue(): usize {
    return changetype<usize>(this) + offsetof<ThreadGroup>('childWait');
  }

  /** Soft limit of an RLIMIT_*. */
  @inline rlimit(resource: i32): u64 {
    return load<u64>(this.rlimits + resource * 16);
  }
}
