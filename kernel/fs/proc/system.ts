// Files of /proc about the whole system.
import { CONTROL_BASE, CPU_BASE } from '../../../abi/box.ts';
import { CPU_RETIRED } from '../../../abi/cpu.ts';
import { CONTROL_CONTEXT_SWITCHES, CONTROL_TASKS } from '../../../abi/host.ts';
import { cstr } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { frames_told, frames_total } from '../../mm/frame.ts';
import { KERNEL_RELEASE, KERNEL_VERSION } from '../../syscalls/sysinfo.ts';
import { retired_to_ns } from '../../task/cputime.ts';
import { clock_monotonic, clock_realtime } from '../../lib/clock.ts';
import {
  NODE_CGROUPS,
  NODE_CMDLINE_BOOT,
  NODE_CPUINFO,
  NODE_DEVICES,
  NODE_FILESYSTEMS,
  NODE_LOADAVG,
  NODE_MEMINFO,
  NODE_STAT,
  NODE_SWAPS,
  NODE_UPTIME,
  NODE_VERSION,
  NODE_VMSTAT,
} from './node.ts';
import { cpu_flags } from './cpu_flags.ts';

const SECOND: u64 = 1000000000;
/** USER_HZ: times in /proc are hundredths of a second. */
export const NS_PER_TICK: u64 = 10000000;

/** Writes the text of a system-wide file. */
export function proc_system(node: u32, text: Text): i32 {
  switch (node) {
    case NODE_CMDLINE_BOOT:
      text.puts(cstr('wbx\n'));
      break;
    case NODE_CPUINFO:
      cpuinfo(text);
      break;
    case NODE_FILESYSTEMS:
      text.puts(cstr('nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\tdevpts\nnodev\toverlay\n'));
      break;
    case NODE_LOADAVG:
      text.puts(cstr('0.00 0.00 0.00 1/')).udec(load<u32>(CONTROL_BASE, CONTROL_TASKS) as u64);
      text.puts(cstr(' 1\n'));
      break;
    case NODE_MEMINFO:
      meminfo(text);
      break;
    case NODE_STAT:
      stat(text);
      break;
    case NODE_SWAPS:
      text.puts(cstr('Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'));
      break;
    case NODE_UPTIME:
      hundredths(text, clock_monotonic()).char(0x20);
      hundredths(text, idle_ns()).char(0x0a);
      break;
    case NODE_VERSION:
      text.puts(cstr('Linux version ')).puts(KERNEL_RELEASE).char(0x20).puts(KERNEL_VERSION).char(0x0a);
      break;
    case NODE_CGROUPS:
      text.puts(cstr('#subsys_name\thierarchy\tnum_cgroups\tenabled\n'));
      break;
    case NODE_DEVICES:
      text.puts(
        cstr('Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n136 pts\n\nBlock devices:\n'),
      );
      break;
    case NODE_VMSTAT:
      text
        .puts(cstr('nr_free_pages '))
        .udec(frames_told() as u64)
        .puts(cstr('\npgfault 0\npgmajfault 0\n'));
      break;
  }
  return 0;
}

/** Seconds with two decimals. */
function hundredths(text: Text, ns: u64): Text {
  text.udec(ns / SECOND).char(0x2e);
  const rest = (ns % SECOND) / NS_PER_TICK;
  if (rest < 10) text.char(0x30);
  return text.udec(rest);
}

function busy_ns(): u64 {
  return retired_to_ns(load<u64>(CPU_BASE, CPU_RETIRED));
}

function idle_ns(): u64 {
  const up = clock_monotonic();
  return up > busy_ns() ? up - busy_ns() : 0;
}

function cpuinfo(text: Text): void {
  text.puts(cstr('processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 26\n'));
  text.puts(cstr('model name\t: wbx virtual CPU\nstepping\t: 5\ncpu MHz\t\t: 1000.000\ncache size\t: 4096 KB\n'));
  text.puts(cstr('physical id\t: 0\nsiblings\t: 1\ncore id\t\t: 0\ncpu cores\t: 1\napicid\t\t: 0\nfpu\t\t: yes\n'));
  text.puts(cstr('fpu_exception\t: yes\ncpuid level\t: 22\nwp\t\t: yes\nflags\t\t: '));
  cpu_flags(text);
  text.puts(cstr('\nbogomips\t: 2000.00\n'));
  text.puts(cstr('clflush size\t: 64\ncache_alignment\t: 64\naddress sizes\t: 40 bits physical, 48 bits virtual\n\n'));
}

function meminfo(text: Text): void {
  const total = (frames_total() as u64) * 4;
  const free = (frames_told() as u64) * 4;
  kilobytes(text, cstr('MemTotal:       '), total);
  kilobytes(text, cstr('MemFree:        '), free);
  kilobytes(text, cstr('MemAvailable:   '), free);
  kilobytes(text, cstr('Buffers:        '), 0);
  kilobytes(text, cstr('Cached:         '), 0);
  kilobytes(text, cstr('SwapCached:     '), 0);
  kilobytes(text, cstr('Active:         '), total - free);
  kilobytes(text, cstr('Inactive:       '), 0);
  kilobytes(text, cstr('SwapTotal:      '), 0);
  kilobytes(text, cstr('SwapFree:       '), 0);
  kilobytes(text, cstr('Dirty:          '), 0);
  kilobytes(text, cstr('Writeback:      '), 0);
  kilobytes(text, cstr('AnonPages:      '), total - free);
  kilobytes(text, cstr('Mapped:         '), 0);
  kilobytes(text, cstr('Shmem:          '), 0);
  kilobytes(text, cstr('Slab:           '), 0);
  kilobytes(text, cstr('SReclaimable:   '), 0);
  kilobytes(text, cstr('CommitLimit:    '), total);
  kilobytes(text, cstr('Committed_AS:   '), total - free);
  text.puts(cstr('HugePages_Total:       0\nHugePages_Free:        0\nHugepagesize:       2048 kB\n'));
}

function kilobytes(text: Text, label: usize, n: u64): void {
  text
    .puts(label)
    .decw(n as i64, 8)
    .puts(cstr(' kB\n'));
}

function stat(text: Text): void {
  const busy = busy_ns() / NS_PER_TICK;
  const idle = idle_ns() / NS_PER_TICK;
  text.puts(cstr('cpu  ')).udec(busy).puts(cstr(' 0 0 ')).udec(idle).puts(cstr(' 0 0 0 0 0 0\n'));
  text.puts(cstr('cpu0 ')).udec(busy).puts(cstr(' 0 0 ')).udec(idle).puts(cstr(' 0 0 0 0 0 0\nintr 0\nctxt '));
  text.udec(load<u64>(CONTROL_BASE, CONTROL_CONTEXT_SWITCHES)).puts(cstr('\nbtime '));
  text.udec((clock_realtime() - clock_monotonic()) / SECOND).puts(cstr('\nprocesses '));
  text.udec(load<u32>(CONTROL_BASE, CONTROL_TASKS) as u64);
  text.puts(cstr('\nprocs_running 1\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n'));
}
