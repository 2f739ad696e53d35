// /proc/PID/stat, statm and status: one process in numbers and in words.
import { CPU_RIP, GPR_RSP } from '../../../abi/cpu.ts';
import { cstr } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { group_cpu_time, retired_to_ns } from '../../task/cputime.ts';
import { filter_count } from '../../task/seccomp.ts';
import { TASK_RUNNABLE, TASK_STOPPED, TASK_UNINTERRUPTIBLE, Task, task_regs } from '../../task/task.ts';
import { GROUP_ZOMBIE, ThreadGroup } from '../../task/thread_group.ts';
import { FdTable } from '../../vfs/fdtable.ts';
import { FsCtx } from '../../vfs/fsctx.ts';
import { session_tty_number, session_tty_pgrp } from '../tty/session.ts';
import { NS_PER_TICK } from './system.ts';
import { pid_ns, pid_nr_in, pid_told } from '../../ns/pid.ts';
import { gid_told, uid_told } from '../../ns/user.ts';
import { Pid, pid_find } from '../../task/pid.ts';

const PRIORITY = 20;

function state_letter(t: Task): i32 {
  if (t.group.state == GROUP_ZOMBIE) return 0x5a;
  if (t.state == TASK_RUNNABLE) return 0x52;
  if (t.state == TASK_STOPPED) return 0x54;
  return t.state == TASK_UNINTERRUPTIBLE ? 0x44 : 0x53;
}

function state_word(letter: i32): usize {
  switch (letter) {
    case 0x5a:
      return cstr('Z (zombie)');
    case 0x52:
      return cstr('R (running)');
    case 0x54:
      return cstr('T (stopped)');
    case 0x44:
      return cstr('D (disk sleep)');
    default:
      return cstr('S (sleeping)');
  }
}

function parent_pid(g: ThreadGroup): i64 {
  return changetype<usize>(g.parent) ? (pid_told(g.parent.tgid) as i64) : 0;
}

/** A number and the blank before it. */
function field(text: Text, v: i64): void {
  text.char(0x20).dec(v);
}

function zeros(text: Text, n: i32): void {
  for (let i = 0; i < n; i++) field(text, 0);
}

export function proc_pid_stat(t: Task, text: Text): void {
  const g = t.group;
  const mm = t.mm;
  const alive = changetype<usize>(mm) != 0;
  text.dec(pid_told(t.tid)).puts(cstr(' (')).puts(t.comm()).puts(cstr(') ')).char(state_letter(t));
  field(text, parent_pid(g));
  field(text, pid_told(g.pgid));
  field(text, pid_told(g.sid));
  field(text, session_tty_number(g.sid));
  field(text, session_tty_pgrp(g.sid));
  field(text, 4194304); // PF_RANDOMIZE, as every process shows
  field(text, (g.minFaults + t.minFaults) as i64);
  field(text, g.childMinFaults as i64);
  field(text, (g.majFaults + t.majFaults) as i64);
  field(text, g.childMajFaults as i64);
  field(text, (group_cpu_time(g) / NS_PER_TICK) as i64);
  zeros(text, 1);
  field(text, (retired_to_ns(g.childRetired) / NS_PER_TICK) as i64);
  zeros(text, 1);
  field(text, PRIORITY + t.nice);
  field(text, t.nice);
  field(text, g.threadCount);
  zeros(text, 1);
  field(text, (t.startTime / NS_PER_TICK) as i64);
  field(text, alive ? ((mm.totalVm << 12) as i64) : 0);
  field(text, alive ? (mm.rss as i64) : 0);
  text.char(0x20).udec(g.rlimit(5));
  field(text, alive ? (mm.startCode as i64) : 0);
  field(text, alive ? (mm.endCode as i64) : 0);
  field(text, alive ? (mm.startStack as i64) : 0);
  field(text, load<i64>(task_regs(t), GPR_RSP));
  field(text, load<i64>(task_regs(t), CPU_RIP));
  signals(t, text);
  zeros(text, 3);
  field(text, g.exitSignal);
  zeros(text, 6);
  field(text, alive ? (mm.startData as i64) : 0);
  field(text, alive ? (mm.endData as i64) : 0);
  field(text, alive ? (mm.startBrk as i64) : 0);
  field(text, alive ? (mm.argStart as i64) : 0);
  field(text, alive ? (mm.argEnd as i64) : 0);
  field(text, alive ? (mm.envStart as i64) : 0);
  field(text, alive ? (mm.envEnd as i64) : 0);
  field(text, g.exitCode);
  text.char(0x0a);
}

/** Pending, blocked, ignored, caught: the first 31 signals as decimal masks. */
function signals(t: Task, text: Text): void {
  field(text, (t.pending | t.group.pending) & 0x7fffffff);
  field(text, t.blocked & 0x7fffffff);
  field(text, handled(t, true) & 0x7fffffff);
  field(text, handled(t, false) & 0x7fffffff);
}

/** Mask of the signals that are ignored, or else caught. */
function handled(t: Task, ignored: bool): u64 {
  let mask: u64 = 0;
  if (!changetype<usize>(t.sighand)) return 0;
  for (let sig = 1; sig <= 64; sig++) {
    const handler = t.sighand.handler(sig);
    if (ignored ? handler == 1 : handler > 1) mask |= (1 as u64) << ((sig - 1) as u64);
  }
  return mask;
}

export function proc_pid_statm(t: Task, text: Text): void {
  const mm = t.mm;
  if (!changetype<usize>(mm)) {
    text.puts(cstr('0 0 0 0 0 0 0\n'));
    return;
  }
  text
    .udec(mm.totalVm)
    .char(0x20)
    .udec(mm.rss as u64)
    .char(0x20)
    .udec(0);
  text
    .char(0x20)
    .udec((mm.endCode - mm.startCode + 4095) >> 12)
    .puts(cstr(' 0 '))
    .udec(mm.dataVm)
    .puts(cstr(' 0\n'));
}

function line(text: Text, label: usize, v: i64): void {
  text.puts(label).dec(v).char(0x0a);
}

function ids(text: Text, label: usize, a: u32, b: u32, c: u32, d: u32): void {
  text.puts(label).udec(a).char(9).udec(b).char(9).udec(c).char(9).udec(d).char(0x0a);
}

/** A number in each pid namespace, from the reader's down to the deepest that it is in. */
function numbers(text: Text, label: usize, nr: i32): void {
  const pid = pid_find(nr);
  text.puts(label);
  if (pid) {
    const deepest = changetype<Pid>(pid).ns;
    for (let level = pid_ns().level; level <= deepest.level; level++) {
      let ns = deepest;
      while (ns.level > level) ns = ns.parent;
      text.char(9).dec(pid_nr_in(changetype<Pid>(pid), ns));
    }
  }
  text.char(0x0a);
}

function mask(text: Text, label: usize, v: u64): void {
  text.puts(label).hex(v, 16).char(0x0a);
}

function kilobytes(text: Text, label: usize, n: u64): void {
  text
    .puts(label)
    .decw(n as i64, 8)
    .puts(cstr(' kB\n'));
}

export function proc_pid_status(t: Task, text: Text): void {
  const g = t.group;
  const cred = t.cred;
  text.puts(cstr('Name:\t')).puts(t.comm()).char(0x0a);
  if (t.fsctx)
    text
      .puts(cstr('Umask:\t0'))
      .octal(changetype<FsCtx>(t.fsctx).umask as u64, 3)
      .char(0x0a);
  text
    .puts(cstr('State:\t'))
    .puts(state_word(state_letter(t)))
    .char(0x0a);
  line(text, cstr('Tgid:\t'), pid_told(g.tgid));
  line(text, cstr('Ngid:\t'), 0);
  line(text, cstr('Pid:\t'), pid_told(t.tid));
  line(text, cstr('PPid:\t'), parent_pid(g));
  line(text, cstr('TracerPid:\t'), 0);
  ids(text, cstr('Uid:\t'), uid_told(cred.uid), uid_told(cred.euid), uid_told(cred.suid), uid_told(cred.fsuid));
  ids(text, cstr('Gid:\t'), gid_told(cred.gid), gid_told(cred.egid), gid_told(cred.sgid), gid_told(cred.fsgid));
  line(text, cstr('FDSize:\t'), t.fdtable ? (changetype<FdTable>(t.fdtable).capacity as i64) : 0);
  text.puts(cstr('Groups:\t'));
  for (let i = 0; i < cred.groupCount; i++) text.udec(gid_told(load<u32>(cred.groups + (i as usize) * 4))).char(0x20);
  text.puts(cstr(' \n'));
  numbers(text, cstr('NStgid:'), g.tgid);
  numbers(text, cstr('NSpid:'), t.tid);
  numbers(text, cstr('NSpgid:'), g.pgid);
  numbers(text, cstr('NSsid:'), g.sid);
  if (changetype<usize>(t.mm)) memory_lines(t, text);
  line(text, cstr('Threads:\t'), g.threadCount);
  text.puts(cstr('SigQ:\t0/')).udec(g.rlimit(11)).char(0x0a);
  mask(text, cstr('SigPnd:\t'), t.pending);
  mask(text, cstr('ShdPnd:\t'), g.pending);
  mask(text, cstr('SigBlk:\t'), t.blocked);
  mask(text, cstr('SigIgn:\t'), handled(t, true));
  mask(text, cstr('SigCgt:\t'), handled(t, false));
  mask(text, cstr('CapInh:\t'), cred.inheritable);
  mask(text, cstr('CapPrm:\t'), cred.permitted);
  mask(text, cstr('CapEff:\t'), cred.effective);
  mask(text, cstr('CapBnd:\t'), cred.bounding);
  mask(text, cstr('CapAmb:\t'), cred.ambient);
  line(text, cstr('NoNewPrivs:\t'), cred.noNewPrivs);
  line(text, cstr('Seccomp:\t'), t.seccompMode);
  line(text, cstr('Seccomp_filters:\t'), filter_count(t));
  text.puts(cstr('Cpus_allowed:\t1\nCpus_allowed_list:\t0\n'));
  text.puts(cstr('Mems_allowed:\t1\nMems_allowed_list:\t0\n'));
  line(text, cstr('voluntary_ctxt_switches:\t'), t.voluntarySwitches as i64);
  line(text, cstr('nonvoluntary_ctxt_switches:\t'), t.involuntarySwitches as i64);
}

function memory_lines(t: Task, text: Text): void {
  const mm = t.mm;
  const rss = (mm.rss as u64) * 4;
  kilobytes(text, cstr('VmPeak:\t'), mm.totalVm * 4);
  kilobytes(text, cstr('VmSize:\t'), mm.totalVm * 4);
  kilobytes(text, cstr('VmLck:\t'), mm.lockedVm * 4);
  kilobytes(text, cstr('VmPin:\t'), 0);
  kilobytes(text, cstr('VmHWM:\t'), mm.maxRss > mm.rss ? (mm.maxRss as u64) * 4 : rss);
  kilobytes(text, cstr('VmRSS:\t'), rss);
  kilobytes(text, cstr('VmData:\t'), mm.dataVm * 4);
  kilobytes(text, cstr('VmStk:\t'), 132);
  kilobytes(text, cstr('VmExe:\t'), (mm.endCode - mm.startCode + 1023) >> 10);
  kilobytes(text, cstr('VmLib:\t'), 0);
  kilobytes(text, cstr('VmPTE:\t'), 0);
  kilobytes(text, cstr('VmSwap:\t'), 0);
}
