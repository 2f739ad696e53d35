// A task: one thread of execution. Threads of a process share a ThreadGroup; mm, fdtable, fsctx, sighand and cred are
// shared by reference as clone(2) says.
// Invariant: the registers of the current task are at CPU_BASE, those of all others in their own context; nothing of a
// task ever lies on the wasm stack when control is with the host.
import { CONTROL_BASE, CPU_BASE } from '../../abi/box.ts';
import { CPU_CONTEXT_SIZE } from '../../abi/cpu.ts';
import { CONTROL_CURRENT } from '../../abi/host.ts';
import { Mm } from '../mm/mm.ts';
import { Nsproxy } from '../ns/nsproxy.ts';
import { Cred } from './cred.ts';
import { Sighand } from './sighand.ts';
import { SigPending } from './sigqueue.ts';
import { ThreadGroup } from './thread_group.ts';
import { Timer } from './timer.ts';
import { WaitNode } from './wait_queue.ts';

export const TASK_RUNNABLE: u32 = 0;
/** Waits in a system call or for a page; a signal wakes it. */
export const TASK_SLEEPING: u32 = 1;
/** The same, but only SIGKILL wakes it. */
export const TASK_UNINTERRUPTIBLE: u32 = 2;
/** Stopped by job control. */
export const TASK_STOPPED: u32 = 3;
export const TASK_DEAD: u32 = 4;

@unmanaged
export class Task {
  // Run queue, and the list of threads of the group.
  runNext: Task;
  runPrev: Task;
  threadNext: Task;
  threadPrev: Task;
  queued: u32;
  /** Instructions until others get their turn. */
  sliceLeft: i32;
  /** Gave the rest of its slice away. */
  yielded: u32;
  state: u32;
  tid: i32;
  group: ThreadGroup;
  mm: Mm;
  fdtable: usize;
  fsctx: usize;
  sighand: Sighand;
  cred: Cred;
  ns: Nsproxy;

  // The system call in progress. inSyscall: its number is still in rax and it is repeated when the task runs.
  inSyscall: u32;
  /** 0 on the first entry of a call; the handler's own afterwards. */
  sysPhase: u32;
  sysState0: u64;
  sysState1: u64;
  sysState2: u64;
  sysState3: u64;
  /** CLOCK_MONOTONIC ns. */
  sleepDeadline: u64;
  waitNodes: WaitNode;
  /** Answers of the host that the call in progress has got (fs/hostfs/call.ts), and the HostNode it writes to. */
  hostCalls: usize;
  hostWrite: usize;
  // Timer of wait_until, embedded: deadline, heap index, kind, owner.
  timerDeadline: u64;
  timerIndex: u32;
  timerKind: u32;
  timerOwner: usize;

  // Signals of this thread.
  blocked: u64;
  /** Mask to come back to after sigsuspend, ppoll, ... when hasSavedBlocked. */
  savedBlocked: u64;
  hasSavedBlocked: u32;
  /** Something of pending, stop or exit wants attention before the next user instruction. */
  signalPending: u32;
  // A SigPending.
  pending: u64;
  sigFirst: usize;
  sigLast: usize;
  sigCount: u32;
  altSp: u64;
  altSize: u64;
  altFlags: u32;
  /** Must take part in the group's stop. */
  stopPending: u32;
  pdeathsig: i32;

  // Futex: the list node in the hash bucket while waiting.
  futexNext: usize;
  futexPrev: usize;
  futexAt: u64;
  futexSpace: usize;
  futexBitset: u32;
  futexHashed: u32;
  robustList: u64;
  clearChildTid: u64;

  exitCode: i32;
  /** A vfork parent that waits for this task's exec or exit. */
  vforkParent: Task;
  /** The other way round. */
  vforkChild: Task;
  nice: i32;
  /** SCHED_*, with SCHED_RESET_ON_FORK. */
  policy: i32;
  rtPriority: i32;
  ioPriority: i32;
  dumpable: i32;
  keepCaps: u32;
  timerSlack: u64;
  personality: u32;
  /** SECCOMP_MODE_*, 0 = may call everything, and its newest Filter (seccomp.ts), 0 = none. */
  seccompMode: u32;
  seccompFilter: usize;
  switches: u32;
  /** Guest instructions retired. */
  retired: u64;
  startTime: u64;
  minFaults: u64;
  majFaults: u64;
  voluntarySwitches: u64;
  involuntarySwitches: u64;
  comm0: u64;
  comm1: u64;

  /** Saved registers, CPU_CONTEXT_SIZE bytes behind the fields. */
  @inline context(): usize {
    return changetype<usize>(this) + offsetof<Task>();
  }

  @inline sleepTimer(): Timer {
    return changetype<Timer>(changetype<usize>(this) + offsetof<Task>('timerDeadline'));
  }

  @inline sigPending(): SigPending {
    return changetype<SigPending>(changetype<usize>(this) + offsetof<Task>('pending'));
  }

  @inline comm(): usize {
    return changetype<usize>(this) + offsetof<Task>('comm0');
  }

  @inline isCurrent(): bool {
    return (load<u32>(CONTROL_BASE, CONTROL_CURRENT) as usize) == changetype<usize>(this);
  }
}

export const TASK_SIZE: usize = offsetof<Task>() + CPU_CONTEXT_SIZE;

/** The running task. */
export function current(): Task {
  return changetype<Task>(load<u32>(CONTROL_BASE, CONTROL_CURRENT) as usize);
}

/** Where the registers of t are now. */
export function task_regs(t: Task): usize {
  return t.isCurrent() ? (CPU_BASE as usize) : t.context();
}
