// access(2) asks with the real ids: for its duration the task bears a copy of its credentials.
import { CAP_ALL, Cred, cred_root } from '../task/cred.ts';
import { current } from '../task/task.ts';

const COPY: usize = memory.data(128, 8);

/** Puts the real ids in the place of the file system's; returns what real_ids_end wants back. */
export function real_ids_begin(): Cred {
  const task = current();
  const saved = task.cred;
  memory.copy(COPY, changetype<usize>(saved), offsetof<Cred>());
  const cred = changetype<Cred>(COPY);
  cred.fsuid = saved.uid;
  cred.fsgid = saved.gid;
  cred.effective = saved.uid == cred_root(saved) ? saved.permitted & CAP_ALL : 0;
  task.cred = cred;
  return saved;
}

export function real_ids_end(saved: Cred): void {
  current().cred = saved;
}
