// The first process of a pid namespace, its init: it inherits the orphans, is safe from signals of those inside, and takes all along when it
// ends. pid_namespaces(7).
import { group_kill } from '../task/exit.ts';
import { Pid, PID_MAX } from '../task/pid.ts';
import { GROUP_UNKILLABLE, GROUP_ZOMBIE, ThreadGroup } from '../task/thread_group.ts';
import { PidNamespace } from './pid.ts';

/** A process is born in ns. */
export function pid_ns_populate(group: ThreadGroup, ns: PidNamespace): void {
  group.pidNs = ns;
  if (!ns.level || changetype<usize>(ns.init)) return;
  ns.init = group;
  group.flags |= GROUP_UNKILLABLE;
}

/** Its init, a zombie already, has ended: so do all others in it and below, and no more are born. */
export function pid_ns_end(init: ThreadGroup): void {
  const ns = init.pidNs;
  ns.ended = 1;
  ns.init = changetype<ThreadGroup>(0);
  for (let nr = 1; nr < PID_MAX; nr++) {
    const pid = changetype<Pid>(load<u32>(ns.table + (nr as usize) * 4) as usize);
    if (!changetype<usize>(pid) || !changetype<usize>(pid.group) || pid.group == init) continue;
    if (pid.group.state != GROUP_ZOMBIE) group_kill(pid.group);
  }
}
