// The namespaces that a task is in; tasks share them until one unshares. The user namespace is part of the credentials instead, the pid
// namespace of the process. unshare(2), setns(2).
import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
} from '../../abi/linux/sched.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { FsCtx } from '../vfs/fsctx.ts';
import { IpcNamespace, ipc_ns_new, ipc_ns_put } from './ipc.ts';
import { MountNamespace, mount_ns_copy, mount_ns_first, mount_ns_put } from './mount.ts';
import { Namespace } from './namespace.ts';
import { NetNamespace, net_ns_first, net_ns_get, net_ns_new } from './net.ts';
import { PidNamespace, pid_ns_first, pid_ns_new, pid_ns_put } from './pid.ts';
import { plain_ns_new, plain_ns_put } from './plain.ts';
import { UserNamespace, user_ns_first, user_ns_put } from './user.ts';
import { UtsNamespace, uts_ns_copy, uts_ns_first, uts_ns_put } from './uts.ts';

/** Kinds that may be unshared, and those that a box has only one of. */
export const NAMESPACES: u64 = (CLONE_NEWNS |
  CLONE_NEWUTS |
  CLONE_NEWPID |
  CLONE_NEWCGROUP |
  CLONE_NEWIPC |
  CLONE_NEWNET) as u64;
export const NO_NAMESPACES: u64 = CLONE_NEWTIME as u64;

@unmanaged
export class Nsproxy {
  refs: u32;
  uts: UtsNamespace;
  mnt: MountNamespace;
  cgroup: Namespace;
  ipc: IpcNamespace;
  net: NetNamespace;
  time: Namespace;
  /** That of the processes which this one makes. */
  pidForChildren: PidNamespace;
}

const FIRST: usize = memory.data(4, 4);

/** That of pid 1 and of what the host starts beside it, without a reference. */
export function nsproxy_first(): Nsproxy {
  if (load<usize>(FIRST)) return changetype<Nsproxy>(load<usize>(FIRST));
  const p = changetype<Nsproxy>(kmalloc(offsetof<Nsproxy>()));
  p.refs = 1;
  p.uts = uts_ns_first();
  p.mnt = mount_ns_first();
  p.cgroup = plain_ns_new(CLONE_NEWCGROUP, user_ns_first());
  p.ipc = ipc_ns_new(user_ns_first());
  p.net = net_ns_get(net_ns_first());
  p.time = plain_ns_new(CLONE_NEWTIME, user_ns_first());
  p.pidForChildren = pid_ns_first();
  store<usize>(FIRST, changetype<usize>(p));
  return p;
}

export function nsproxy_get(p: Nsproxy): Nsproxy {
  p.refs++;
  return p;
}

/** A copy that shares all namespaces; null = no memory. */
export function nsproxy_clone(old: Nsproxy): Nsproxy {
  const p = changetype<Nsproxy>(kmalloc(offsetof<Nsproxy>()));
  if (!changetype<usize>(p)) return p;
  memory.copy(changetype<usize>(p), changetype<usize>(old), offsetof<Nsproxy>());
  p.refs = 1;
  p.uts.refs++;
  p.mnt.refs++;
  p.cgroup.refs++;
  p.ipc.refs++;
  p.net.refs++;
  p.time.refs++;
  p.pidForChildren.refs++;
  return p;
}

/** A copy with new namespaces of the kinds in flags, owned by `user`; root and working directory of ctx move along. Null = no memory. */
export function nsproxy_unshare(old: Nsproxy, flags: u64, user: UserNamespace, ctx: FsCtx): Nsproxy {
  const p = nsproxy_clone(old);
  if (!changetype<usize>(p)) return p;
  let complete = true;
  if (flags & CLONE_NEWUTS) {
    const uts = uts_ns_copy(p.uts, user);
    if (changetype<usize>(uts)) nsproxy_set(p, uts);
    else complete = false;
  }
  if (flags & CLONE_NEWCGROUP) {
    const cgroup = plain_ns_new(CLONE_NEWCGROUP, user);
    if (changetype<usize>(cgroup)) nsproxy_set(p, cgroup);
    else complete = false;
  }
  if (flags & CLONE_NEWIPC) {
    const ipc = ipc_ns_new(user);
    if (changetype<usize>(ipc)) nsproxy_set(p, ipc);
    else complete = false;
  }
  if (flags & CLONE_NEWNET) {
    const net = net_ns_new(user);
    if (changetype<usize>(net)) nsproxy_set(p, net);
    else complete = false;
  }
  if (flags & CLONE_NEWPID) {
    const pid = pid_ns_new(p.pidForChildren, user);
    if (changetype<usize>(pid)) nsproxy_set(p, pid);
    else complete = false;
  }
  // The last one, since it moves ctx.
  if (complete && flags & CLONE_NEWNS) {
    const mnt = mount_ns_copy(p.mnt, user, ctx);
    if (changetype<usize>(mnt)) nsproxy_set(p, mnt);
    else complete = false;
  }
  if (complete) return p;
  nsproxy_put(p);
  return changetype<Nsproxy>(0);
}

/** Puts ns, whose reference passes to p, in the place of the one of its kind. A pid namespace is that of the children. */
export function nsproxy_set(p: Nsproxy, ns: Namespace): void {
  let old: Namespace;
  switch (ns.type) {
    case CLONE_NEWUTS:
      old = p.uts;
      p.uts = changetype<UtsNamespace>(changetype<usize>(ns));
      break;
    case CLONE_NEWNS:
      old = p.mnt;
      p.mnt = changetype<MountNamespace>(changetype<usize>(ns));
      break;
    case CLONE_NEWCGROUP:
      old = p.cgroup;
      p.cgroup = ns;
      break;
    case CLONE_NEWIPC:
      old = p.ipc;
      p.ipc = changetype<IpcNamespace>(changetype<usize>(ns));
      break;
    case CLONE_NEWNET:
      old = p.net;
      p.net = changetype<NetNamespace>(changetype<usize>(ns));
      break;
    case CLONE_NEWPID:
      old = p.pidForChildren;
      p.pidForChildren = changetype<PidNamespace>(changetype<usize>(ns));
      break;
    default:
      old = ns;
  }
  namespace_put(old);
}

/** Gives up a reference to a namespace of any kind. */
export function namespace_put(ns: Namespace): void {
  switch (ns.type) {
    case CLONE_NEWUTS:
      return uts_ns_put(changetype<UtsNamespace>(changetype<usize>(ns)));
    case CLONE_NEWNS:
      return mount_ns_put(changetype<MountNamespace>(changetype<usize>(ns)));
    case CLONE_NEWIPC:
      return ipc_ns_put(changetype<IpcNamespace>(changetype<usize>(ns)));
    case CLONE_NEWPID:
      return pid_ns_put(changetype<PidNamespace>(changetype<usize>(ns)));
    case CLONE_NEWUSER:
      return user_ns_put(changetype<UserNamespace>(changetype<usize>(ns)));
    default:
      plain_ns_put(ns);
  }
}

export function nsproxy_put(p: Nsproxy): void {
  if (--p.refs) return;
  uts_ns_put(p.uts);
  mount_ns_put(p.mnt);
  plain_ns_put(p.cgroup);
  ipc_ns_put(p.ipc);
  plain_ns_put(p.net);
  plain_ns_put(p.time);
  pid_ns_put(p.pidForChildren);
  kfree(changetype<usize>(p));
}
