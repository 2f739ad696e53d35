// Boot: from a boot block (abi/boot.ts) to pid 1, which then mounts its file system and becomes its program.
// Invariant: what must wait for the host (chunks of the image) is repeated from its start like a system call.
import { CONTROL_BASE } from '../../abi/box.ts';
import {
  BOOT_EPOCH,
  BOOT_GID,
  BOOT_GROUPS,
  BOOT_GROUP_COUNT,
  BOOT_HEADER_SIZE,
  BOOT_HOSTNAME,
  BOOT_HOST_FLAGS,
  BOOT_LENGTH,
  BOOT_MAGIC,
  BOOT_MEMORY_LIMIT,
  BOOT_NO_NEW_PRIVS,
  BOOT_CAPS_DROPPED,
  BOOT_CPU_LEVEL,
  BOOT_SEED,
  BOOT_TASK_LIMIT,
  BOOT_UID,
  BOOT_VERSION,
} from '../../abi/boot.ts';
import { CONTROL_DEADLINE, CONTROL_FLAGS, CONTROL_VERSION, HOST_VERSION, HOST_VIRTUAL_CLOCK } from '../../abi/host.ts';
import { EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { ahead_arm } from '../cpu/ahead.ts';
import { cpu_set_level } from '../cpu/level.ts';
import { calls_forget } from '../fs/hostfs/call.ts';
import { IS_BLOCKED } from '../lib/err.ts';
import { clock_make_virtual } from '../lib/clock.ts';
import { random_seed } from '../lib/random.ts';
import { kmalloc } from '../lib/slab.ts';
import { frame_set_limit } from '../mm/frame.ts';
import { mm_boot } from '../mm/mm.ts';
import { uts_ns_first, uts_set } from '../ns/uts.ts';
import { box_is_running } from '../task/box_exit.ts';
import { Cred, cred_new } from '../task/cred.ts';
import { group_find } from '../task/pid.ts';
import { send_host_signal } from '../task/signal.ts';
import { task_park } from '../task/sched.ts';
import { SYSCALL_BOOTING } from '../task/syscall.ts';
import { Task, TASK_RUNNABLE, TASK_UNINTERRUPTIBLE } from '../task/task.ts';
import { GROUP_UNKILLABLE, ThreadGroup } from '../task/thread_group.ts';
import { vfs_boot } from '../vfs/boot.ts';
import { boot_block_set, boot_ptr, boot_u32, boot_u64 } from './block.ts';
import { boot_command } from './command.ts';
import { boot_cwd } from './cwd.ts';
import { boot_fail, boot_fail_cwd, boot_fail_files } from './fail.ts';
import { init_task } from './init_task.ts';
import { set_task_limit } from './limits.ts';

// Runs at instantiation, so that a host can check the version before it calls anything.
store<u32>(CONTROL_BASE, HOST_VERSION, CONTROL_VERSION);

export function wbx_alloc(len: i32): usize {
  return kmalloc(len as usize);
}

/** Boots from the block at `block`, which the kernel keeps. 0 or an errno. */
export function wbx_boot(block: usize, len: i32): i32 {
  if (len < BOOT_HEADER_SIZE || load<u32>(block) != BOOT_MAGIC || load<u32>(block, 4) != BOOT_VERSION) return EINVAL;
  if (load<u32>(block, BOOT_LENGTH) > (len as u32)) return EINVAL;
  boot_block_set(block);
  store<u32>(CONTROL_BASE, boot_u32(BOOT_HOST_FLAGS), CONTROL_FLAGS);
  store<u64>(CONTROL_BASE, u64.MAX_VALUE, CONTROL_DEADLINE);
  if (boot_u32(BOOT_HOST_FLAGS) & HOST_VIRTUAL_CLOCK) clock_make_virtual(boot_u64(BOOT_EPOCH));
  frame_set_limit(boot_u32(BOOT_MEMORY_LIMIT));
  set_task_limit(boot_u32(BOOT_TASK_LIMIT));
  cpu_set_level(boot_u32(BOOT_CPU_LEVEL));
  ahead_arm();
  if (boot_u32(BOOT_SEED)) random_seed(boot_ptr(BOOT_SEED));
  uts_set(uts_ns_first().hostname(), boot_ptr(BOOT_HOSTNAME));
  mm_boot();
  const cred = boot_cred();
  if (!changetype<usize>(cred)) return ENOMEM;
  const t = init_task(cred, GROUP_UNKILLABLE);
  if (!changetype<usize>(t)) return ENOMEM;
  t.inSyscall = SYSCALL_BOOTING;
  return 0;
}

/** A signal from the host to pid 1. */
export function wbx_kick(signal: i32): void {
  const group = changetype<ThreadGroup>(group_find(1));
  if (changetype<usize>(group) && box_is_running()) send_host_signal(group, signal);
}

/** One attempt of pid 1, which is current, to get going. */
export function boot_step(t: Task): void {
  let error: i64 = t.fdtable ? 0 : vfs_boot(changetype<usize>(t));
  if (halts(t, error)) return boot_fail_files(error as i32);
  if (error == 0) error = boot_cwd(t);
  if (halts(t, error)) return boot_fail_cwd(error as i32);
  if (error == 0) error = boot_command(t);
  if (halts(t, error)) boot_fail(error as i32);
  if (error == 0) calls_forget(t);
}

/** Puts t to sleep when the step must be repeated or has failed; true = failed. */
function halts(t: Task, error: i64): bool {
  if (error == 0 || t.state != TASK_RUNNABLE) return false;
  task_park(t, TASK_UNINTERRUPTIBLE);
  return !IS_BLOCKED(error);
}

/** Of the block's user; null = no memory. */
export function boot_cred(): Cred {
  const cred = cred_new(boot_u32(BOOT_UID), boot_u32(BOOT_GID));
  const count = boot_u32(BOOT_GROUP_COUNT);
  if (!changetype<usize>(cred)) return cred;
  const kept = ~boot_u64(BOOT_CAPS_DROPPED);
  cred.bounding &= kept;
  cred.permitted &= kept;
  cred.effective &= kept;
  cred.noNewPrivs = boot_u32(BOOT_NO_NEW_PRIVS);
  if (!count) return cred;
  cred.groups = kmalloc((count as usize) * 4);
  if (!cred.groups) return changetype<Cred>(0);
  cred.groupCount = count as i32;
  memory.copy(cred.groups, boot_ptr(BOOT_GROUPS), (count as usize) * 4);
  return cred;
}
