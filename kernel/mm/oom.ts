// Out of memory: the task that touched the page which no longer fits dies, as under Linux's OOM killer with
// vm.oom_kill_allocating_task = 1. A fault of an instruction reports SIGKILL itself (mm/fault.ts); this is for usercopy.
import { current } from '../task/task.ts';
import { send_group_signal } from '../task/signal.ts';

const SIGKILL = 9;

export function oom_kill(): void {
  send_group_signal(current().group, SIGKILL, 0);
}
