// Exports of the kernel: exactly those of abi/host.ts.
import { wbx_alloc, wbx_boot, wbx_kick } from './boot/boot.ts';
import { wbx_signal, wbx_spawn } from './boot/exec.ts';
import { wbx_freeze, wbx_thaw } from './boot/thaw.ts';
import { _start } from './boot/start.ts';
import { wbx_code_page, wbx_free, wbx_region_drop, wbx_region_install, wbx_region_reap } from './cpu/region.ts';
import { wbx_condition, wbx_exec, wbx_extent, wbx_rotated, wbx_stands } from './cpu/translated.ts';
import { wbx_clock } from './lib/clock.ts';
import { wbx_resume } from './task/sched.ts';

export {
  _start,
  wbx_alloc,
  wbx_boot,
  wbx_clock,
  wbx_code_page,
  wbx_condition,
  wbx_exec,
  wbx_extent,
  wbx_free,
  wbx_freeze,
  wbx_kick,
  wbx_region_drop,
  wbx_region_install,
  wbx_region_reap,
  wbx_resume,
  wbx_rotated,
  wbx_signal,
  wbx_spawn,
  wbx_stands,
  wbx_thaw,
};
