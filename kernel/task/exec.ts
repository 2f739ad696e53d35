// The task side of execve(2): what dies, what is reset and what stays when a program replaces another.
// Invariant: until exec_commit every failure leaves the old program as it was.
import { ENOMEM } from '../../abi/linux/errno.ts';
import { SIGCHLD } from '../../abi/linux/signal.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { ExecArgs } from '../loader/args.ts';
import { Exec, exec_commit, exec_free, exec_prepare } from '../loader/exec.ts';
import { mm_put } from '../mm/mm.ts';
import { fdtable_close_on_exec } from '../vfs/fdtable.ts';
import { file_put } from '../vfs/file.ts';
import { cred_after_exec } from './cred.ts';
import { force_signal } from './deliver.ts';
import { end_other_threads, take_leadership } from './exit.ts';
import { posix_timers_delete } from './posix_timer.ts';
import { robust_release } from './robust.ts';
import { sighand_clone, sighand_put, sighand_reset } from './sighand.ts';
import { altstack_reset } from './sigframe.ts';
import { current, Task } from './task.ts';
import { GROUP_DID_EXEC, ThreadGroup } from './thread_group.ts';
import { vfork_release } from './vfork.ts';

/** Replaces the current program by `file` (whose reference is taken over), known as `path`. 0, -errno or -EBLOCKED. */
export function exec_program(file: usize, path: usize, args: ExecArgs): i64 {
  const t = current();
  args.uid = t.cred.uid;
  args.euid = t.cred.euid;
  args.gid = t.cred.gid;
  args.egid = t.cred.egid;
  args.noNewPrivs = t.cred.noNewPrivs;
  const prepared = exec_prepare(file, path, args);
  if (IS_ERR(prepared)) {
    file_put(file);
    return PTR_ERR(prepared);
  }
  const exec = changetype<Exec>(prepared);
  if (unshare_sighand(t.group) && cred_after_exec(t, exec.euid, exec.egid)) {
    become(t, exec);
    return 0;
  }
  exec_free(exec);
  return -ENOMEM;
}

/** The point of no return. */
function become(t: Task, exec: Exec): void {
  end_other_threads(t);
  robust_release(t);
  take_leadership(t);
  vfork_release(t);
  const old = t.mm;
  exec_commit(exec);
  t.mm = exec.mm;
  if (changetype<usize>(old)) mm_put(old);
  t.sighand = t.group.sighand;
  sighand_reset(t.sighand);
  altstack_reset(t);
  posix_timers_delete(t.group);
  fdtable_close_on_exec(t.fdtable);
  t.comm0 = exec.comm;
  t.comm1 = exec.comm2;
  t.dumpable = exec.secure ? 0 : 1;
  t.keepCaps = 0;
  t.group.flags |= GROUP_DID_EXEC;
  t.group.exitSignal = SIGCHLD;
  if (exec.deathSignal) force_signal(t, exec.deathSignal, 0);
  exec_free(exec);
}

/** A sighand shared with another process (CLONE_SIGHAND without CLONE_THREAD) stays with that one. False = no memory. */
function unshare_sighand(group: ThreadGroup): bool {
  if (group.sighand.refs == 1) return true;
  const own = sighand_clone(group.sighand);
  if (!changetype<usize>(own)) return false;
  sighand_put(group.sighand);
  group.sighand = own;
  return true;
}
