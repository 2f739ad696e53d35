// Credentials: user and group ids and capabilities of a task. credentials(7), capabilities(7).
// Invariant: a Cred never changes once shared: writers take cred_own() first.
import { kfree, kmalloc } from '../lib/slab.ts';
import { gid_in, NO_ID, uid_in, uid_of, user_ns_first, user_ns_get, user_ns_put, UserNamespace } from '../ns/user.ts';
import { current, Task } from './task.ts';

export const CAP_CHOWN = 0;
export const CAP_DAC_OVERRIDE = 1;
export const CAP_DAC_READ_SEARCH = 2;
export const CAP_FOWNER = 3;
export const CAP_FSETID = 4;
export const CAP_KILL = 5;
export const CAP_SETGID = 6;
export const CAP_SETUID = 7;
export const CAP_SETPCAP = 8;
export const CAP_LINUX_IMMUTABLE = 9;
export const CAP_NET_BIND_SERVICE = 10;
export const CAP_NET_ADMIN = 12;
export const CAP_NET_RAW = 13;
export const CAP_IPC_LOCK = 14;
export const CAP_IPC_OWNER = 15;
export const CAP_SYS_CHROOT = 18;
export const CAP_SYS_PTRACE = 19;
export const CAP_SYS_ADMIN = 21;
export const CAP_SYS_NICE = 23;
export const CAP_SYS_RESOURCE = 24;
export const CAP_SYS_TIME = 25;
export const CAP_SYS_TTY_CONFIG = 26;
export const CAP_MKNOD = 27;
export const CAP_SETFCAP = 31;
export const CAP_WAKE_ALARM = 35;
export const CAP_LAST = 40;
export const CAP_ALL: u64 = 0x1ffffffffff;

/** CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID LINUX_IMMUTABLE MKNOD MAC_OVERRIDE */
export const CAP_FS_SET: u64 = 0x10800021f;

export const SECBIT_KEEP_CAPS: u32 = 16;

@unmanaged
export class Cred {
  refs: u32;
  uid: u32;
  gid: u32;
  euid: u32;
  egid: u32;
  suid: u32;
  sgid: u32;
  fsuid: u32;
  fsgid: u32;
  securebits: u32;
  noNewPrivs: u32;
  groupCount: i32;
  effective: u64;
  permitted: u64;
  inheritable: u64;
  bounding: u64;
  ambient: u64;
  /** u32 gids, sorted; kmalloc'ed, owned. */
  groups: usize;
  /** Where its capabilities count; referenced. */
  user: UserNamespace;
}

/** Has the current task that capability over the whole box? */
export function capable(cap: i32): bool {
  return ns_capable(user_ns_first(), cap);
}

/** Has it that capability over itself: in its own user namespace? */
export function capable_here(cap: i32): bool {
  return has(current().cred, cap);
}

/** Has it that capability in ns? It has all in the namespaces that its user made in the one it is in. */
export function ns_capable(ns: UserNamespace, cap: i32): bool {
  const cred = current().cred;
  while (ns != cred.user) {
    if (ns.level <= cred.user.level) return false;
    if (ns.parent() == cred.user && ns.uid == cred.euid) return true;
    ns = ns.parent();
  }
  return has(cred, cap);
}

/** Has it that capability over an object of these owners: does its namespace know both? */
export function capable_over(uid: u32, gid: u32, cap: i32): bool {
  const cred = current().cred;
  if (!has(cred, cap)) return false;
  return !cred.user.level || (uid_in(cred.user, uid) != NO_ID && gid_in(cred.user, gid) != NO_ID);
}

function has(cred: Cred, cap: i32): bool {
  return ((cred.effective >> (cap as u64)) & 1) != 0;
}

/** uid 0 of its user namespace; NO_ID = it has none. */
export function cred_root(cred: Cred): u32 {
  return uid_of(cred.user, 0);
}

/** Is gid the file-system group or a supplementary group of the current task? */
export function in_group(gid: u32): bool {
  const cred = current().cred;
  return cred.fsgid == gid || cred_has_group(cred, gid);
}

export function cred_has_group(cred: Cred, gid: u32): bool {
  for (let i = 0; i < cred.groupCount; i++) if (load<u32>(cred.groups + i * 4) == gid) return true;
  return false;
}

export function cred_new(uid: u32, gid: u32): Cred {
  const cred = changetype<Cred>(kmalloc(offsetof<Cred>()));
  if (!changetype<usize>(cred)) return cred;
  cred.refs = 1;
  cred.uid = cred.euid = cred.suid = cred.fsuid = uid;
  cred.gid = cred.egid = cred.sgid = cred.fsgid = gid;
  cred.bounding = CAP_ALL;
  cred.user = user_ns_get(user_ns_first());
  if (uid == 0) cred.effective = cred.permitted = CAP_ALL;
  return cred;
}

export function cred_get(cred: Cred): Cred {
  cred.refs++;
  return cred;
}

export function cred_put(cred: Cred): void {
  if (--cred.refs) return;
  user_ns_put(cred.user);
  kfree(cred.groups);
  kfree(changetype<usize>(cred));
}

/** The task's credentials, unshared so that they may be changed; null = no memory. */
export function cred_own(task: Task): Cred {
  const old = task.cred;
  if (old.refs == 1) return old;
  const cred = changetype<Cred>(kmalloc(offsetof<Cred>()));
  if (!changetype<usize>(cred)) return cred;
  memory.copy(changetype<usize>(cred), changetype<usize>(old), offsetof<Cred>());
  cred.refs = 1;
  if (old.groupCount) {
    cred.groups = kmalloc((old.groupCount * 4) as usize);
    if (!cred.groups) {
      kfree(changetype<usize>(cred));
      return changetype<Cred>(0);
    }
    memory.copy(cred.groups, old.groups, (old.groupCount * 4) as usize);
  }
  user_ns_get(cred.user);
  cred_put(old);
  task.cred = cred;
  return cred;
}

/** Set-user-ID and capabilities as execve(2) changes them; the ids are those after set-id. False = no memory. */
export function cred_after_exec(task: Task, euid: u32, egid: u32): bool {
  const cred = cred_own(task);
  if (!changetype<usize>(cred)) return false;
  if (euid != cred.euid || egid != cred.egid) cred.ambient = 0;
  cred.euid = cred.suid = cred.fsuid = euid;
  cred.egid = cred.sgid = cred.fsgid = egid;
  const zero = cred_root(cred);
  const root = euid == zero || cred.uid == zero;
  cred.permitted = root ? cred.inheritable | cred.bounding : cred.ambient;
  cred.effective = euid == zero ? cred.permitted : cred.ambient;
  cred.securebits &= ~SECBIT_KEEP_CAPS;
  return true;
}

/** Capabilities follow a change of user ids: leaving root drops them, unless they are kept; euid 0 gives them back. */
export function cred_ids_changed(task: Task, cred: Cred, wasRoot: bool, wasEffective: bool): void {
  const root = cred_root(cred);
  const isRoot = cred.uid == root || cred.euid == root || cred.suid == root;
  if (wasRoot && !isRoot) {
    if (!(cred.securebits & SECBIT_KEEP_CAPS)) cred.permitted = 0;
    cred.effective = 0;
    cred.ambient = 0;
  }
  if (wasEffective && cred.euid != root) cred.effective = 0;
  if (!wasEffective && cred.euid == root) cred.effective = cred.permitted;
  if (cred.euid != cred.uid) task.dumpable = 0;
}
