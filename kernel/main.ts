// Exports of the kernel: exactly those of abi/host.ts.
import { wbx_alloc, wbx_boot, wbx_kick } from './boot/boot.ts';
import { wbx_freeze, wbx_thaw } from './boot/thaw.ts';
import { _start } from './boot/start.ts';
import { wbx_resume } from './task/sched.ts';

export { _start, wbx_alloc, wbx_boot, wbx_freeze, wbx_kick, wbx_resume, wbx_thaw };
