// Limits and consumption: prlimit(2), getrusage(2). Soft limits that memory calls obey are kept in the Mm as well.
import { EINVAL, EPERM, ESRCH, EFAULT } from '../../abi/linux/errno.ts';
import { RLIMIT_CPU, RLIM_NLIMITS, RUSAGE_CHILDREN, RUSAGE_SELF, RUSAGE_THREAD } from '../../abi/linux/resource.ts';
import { mm_set_rlimit } from '../mm/mm.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { CAP_SYS_RESOURCE, capable } from '../task/cred.ts';
import { cpu_limit_changed } from '../task/cpu_limit.ts';
import { cpu_time_charge } from '../task/cputime.ts';
import { group_named } from '../ns/pid.ts';
import { current, Task } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';
import { rusage_fill } from './rusage.ts';

const LIMIT: usize = memory.data(16, 8);
const USAGE: usize = memory.data(144, 8);

export function sys_getrlimit(resource: i32, old: u64): i64 {
  return resource >= 0 && resource < RLIM_NLIMITS && !old ? -EFAULT : sys_prlimit64(0, resource, 0, old);
}

export function sys_setrlimit(resource: i32, set: u64): i64 {
  return set ? sys_prlimit64(0, resource, set, 0) : -EFAULT;
}

export function sys_prlimit64(pid: i32, resource: i32, set: u64, old: u64): i64 {
  if (resource < 0 || resource >= RLIM_NLIMITS) return -EINVAL;
  const group = pid ? changetype<ThreadGroup>(group_named(pid)) : current().group;
  if (!changetype<usize>(group)) return -ESRCH;
  const entry = group.rlimits + resource * 16;
  if (set) {
    const error = copyin(LIMIT, set, 16);
    if (error < 0) return error;
  }
  if (old) {
    const error = copyout(old, entry, 16);
    if (error < 0) return error;
  }
  return set ? set_limit(group, resource, entry) : 0;
}

function set_limit(group: ThreadGroup, resource: i32, entry: usize): i64 {
  const soft = load<u64>(LIMIT);
  const hard = load<u64>(LIMIT, 8);
  if (soft > hard) return -EINVAL;
  if (hard > load<u64>(entry, 8) && !capable(CAP_SYS_RESOURCE)) return -EPERM;
  store<u64>(entry, soft);
  store<u64>(entry, hard, 8);
  if (resource == RLIMIT_CPU) cpu_limit_changed(group);
  if (changetype<usize>(group.threads)) mm_set_rlimit(group.threads.mm, resource, soft);
  return 0;
}

export function sys_getrusage(who: i32, va: u64): i64 {
  const t = current();
  const g = t.group;
  cpu_time_charge(t);
  if (who == RUSAGE_THREAD) {
    rusage_fill(USAGE, t.retired, t.minFaults, t.majFaults, t.voluntarySwitches, t.involuntarySwitches, t.mm.maxRss);
  } else if (who == RUSAGE_CHILDREN) {
    rusage_fill(
      USAGE,
      g.childRetired,
      g.childMinFaults,
      g.childMajFaults,
      g.childVoluntary,
      g.childInvoluntary,
      g.childMaxRss,
    );
  } else if (who == RUSAGE_SELF) usage_of_group(t, g);
  else return -EINVAL;
  return copyout(va, USAGE, 144);
}

/** The living threads' counts on top of those of ended ones. */
function usage_of_group(me: Task, g: ThreadGroup): void {
  let retired = g.retired;
  let minor = g.minFaults;
  let major = g.majFaults;
  let voluntary = g.voluntarySwitches;
  let forced = g.involuntarySwitches;
  for (let t = g.threads; changetype<usize>(t); t = t.threadNext) {
    retired += t.retired;
    minor += t.minFaults;
    major += t.majFaults;
    voluntary += t.voluntarySwitches;
    forced += t.involuntarySwitches;
  }
  rusage_fill(USAGE, retired, minor, major, voluntary, forced, max(g.maxRss, me.mm.maxRss as u64));
}
