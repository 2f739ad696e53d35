// vfork(2): the parent waits until its child execs or ends.
import { wake_task } from './sched.ts';
import { Task } from './task.ts';

/** The parent, which is current, will wait for the child. */
export function vfork_begin(parent: Task, child: Task): void {
  child.vforkParent = parent;
  parent.vforkChild = child;
}

/** t execs or ends: lets a vfork parent go on, and forgets a vfork child that would have let t go on. */
export function vfork_release(t: Task): void {
  const parent = t.vforkParent;
  if (changetype<usize>(parent)) {
    t.vforkParent = changetype<Task>(0);
    parent.vforkChild = changetype<Task>(0);
    wake_task(parent);
  }
  const child = t.vforkChild;
  if (!changetype<usize>(child)) return;
  child.vforkParent = changetype<Task>(0);
  t.vforkChild = changetype<Task>(0);
}
