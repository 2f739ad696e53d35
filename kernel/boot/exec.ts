// Processes that the host starts beside pid 1, as `docker exec` does: children of nobody, sessions of their own. Their end is
// told to the host, who reaps them. Invariant: the job's block lies where the task's sysState3 says until its program runs.
import { BOOT_HEADER_SIZE, BOOT_LENGTH, BOOT_MAGIC, BOOT_VERSION } from '../../abi/boot.ts';
import { RING_EXITED } from '../../abi/host.ts';
import { EINVAL, ENOMEM, ESRCH } from '../../abi/linux/errno.ts';
import { open_stdio } from '../fs/dev/stdio.ts';
import { console_ended } from '../fs/tty/console.ts';
import { req_orphan, ring_submit } from '../io/ring.ts';
import { IS_BLOCKED } from '../lib/err.ts';
import { kfree } from '../lib/slab.ts';
import { box_is_running } from '../task/box_exit.ts';
import { group_exit } from '../task/exit.ts';
import { group_find } from '../task/pid.ts';
import { task_park } from '../task/sched.ts';
import { send_host_signal } from '../task/signal.ts';
import { SYSCALL_BOOTING, SYSCALL_EXECING } from '../task/syscall.ts';
import { Task, TASK_RUNNABLE, TASK_UNINTERRUPTIBLE } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';
import { fdtable_new } from '../vfs/fdtable.ts';
import { fsctx_new } from '../vfs/fsctx.ts';
import { mounts_first } from '../vfs/mount.ts';
import { boot_block_swap, boot_u32 } from './block.ts';
import { boot_cred } from './boot.ts';
import { boot_command } from './command.ts';
import { boot_cwd } from './cwd.ts';
import { report_command, report_cwd } from './fail.ts';
import { init_task } from './init_task.ts';

/** Starts the process of the block, which the kernel keeps: its pid, or -errno. */
export function wbx_spawn(block: usize, len: i32, id: i32): i32 {
  if (len < BOOT_HEADER_SIZE || load<u32>(block) != BOOT_MAGIC || load<u32>(block, 4) != BOOT_VERSION) return -EINVAL;
  if (load<u32>(block, BOOT_LENGTH) > (len as u32)) return -EINVAL;
  if (!box_is_running()) return -ESRCH;
  const own = boot_block_swap(block);
  const cred = boot_cred();
  const t = changetype<usize>(cred) ? init_task(cred, 0) : changetype<Task>(0);
  boot_block_swap(own);
  if (!changetype<usize>(t)) return -ENOMEM;
  t.group.execId = id;
  t.inSyscall = SYSCALL_EXECING;
  t.sysState3 = block as u64;
  return t.tid;
}

export function wbx_signal(pid: i32, signal: i32): i32 {
  const group = changetype<ThreadGroup>(group_find(pid));
  if (!changetype<usize>(group) || !box_is_running()) return ESRCH;
  send_host_signal(group, signal);
  return 0;
}

/** One attempt of t, which is current, to get going. */
export function exec_step(t: Task): void {
  // Before pid 1 has its files there is nothing to run from; that takes milliseconds.
  if (changetype<ThreadGroup>(group_find(1)).leader.inSyscall == SYSCALL_BOOTING) {
    t.yielded = 1;
    return;
  }
  const block = t.sysState3 as usize;
  const own = boot_block_swap(block);
  let error: i64 = t.fdtable ? 0 : open_files(t);
  let status = 126;
  if (!error) {
    error = boot_cwd(t);
    if (error) status = failed(t, error) ? report_cwd(error as i32, stderr_of(t)) : 0;
  }
  if (!error) {
    error = boot_command(t);
    if (error) status = failed(t, error) ? report_command(error as i32, stderr_of(t)) : 0;
  }
  boot_block_swap(own);
  if (error && !failed(t, error)) return wait(t);
  kfree(block);
  if (error) group_exit(t, status << 8);
}

function failed(t: Task, error: i64): bool {
  return t.state == TASK_RUNNABLE && !IS_BLOCKED(error);
}

function wait(t: Task): void {
  if (t.state == TASK_RUNNABLE) task_park(t, TASK_UNINTERRUPTIBLE);
}

function stderr_of(t: Task): u32 {
  return (t.group.execId as u32) * 4 + 2;
}

function open_files(t: Task): i32 {
  if (!t.fsctx) t.fsctx = fsctx_new(mounts_first());
  if (!t.fsctx) return -ENOMEM;
  t.fdtable = fdtable_new();
  return t.fdtable ? open_stdio((t.group.execId as u32) * 4) : -ENOMEM;
}

/** The process has ended with that wait status. */
export function exec_ended(group: ThreadGroup): void {
  const signal = group.exitCode & 0x7f;
  const status = signal ? 128 + signal : (group.exitCode >> 8) & 0xff;
  const request = ring_submit(RING_EXITED, group.execId as u32, 0, 0, status as u64, 0);
  if (request) req_orphan(request);
  console_ended((group.execId as u32) * 4);
}
