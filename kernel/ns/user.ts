// User namespaces: which ids there are for those inside, and over what their capabilities reach. user_namespaces(7).
// Invariant: all ids in the kernel are those of the first user namespace. They are translated where a system call takes or tells them:
// uid_taken, uid_told and their twins for groups; those that have no number inside are told as 65534.
//
// An IdMap: 0 count u32 | 4 extents: first u32 (inside), lower u32 (in the first namespace), count u32
import { CLONE_NEWUSER } from '../../abi/linux/sched.ts';
import { kfree } from '../lib/slab.ts';
import { current } from '../task/task.ts';
import { Namespace, namespace_free, namespace_new } from './namespace.ts';

/** /proc/sys/kernel/overflowuid. */
export const OVERFLOW_ID: u32 = 65534;
export const NO_ID: u32 = 0xffffffff;
export const EXTENT_SIZE: usize = 12;

@unmanaged
export class UserNamespace extends Namespace {
  level: u32;
  /** Effective ids of its maker. */
  uid: u32;
  gid: u32;
  /** IdMaps; 0 = none written yet. The first namespace has none and needs none. */
  uidMap: usize;
  gidMap: usize;
  setgroupsDenied: u32;

  @inline parent(): UserNamespace {
    return changetype<UserNamespace>(this.owner);
  }
}

const FIRST: usize = memory.data(4, 4);

/** Null = no memory, which only happens at boot. */
export function user_ns_first(): UserNamespace {
  if (!load<usize>(FIRST)) {
    store<usize>(FIRST, changetype<usize>(namespace_new(offsetof<UserNamespace>(), CLONE_NEWUSER, 0)));
  }
  return changetype<UserNamespace>(load<usize>(FIRST));
}

/** A child of `parent` made by a process of these ids; null = no memory. */
export function user_ns_new(parent: UserNamespace, uid: u32, gid: u32): UserNamespace {
  const ns = changetype<UserNamespace>(
    changetype<usize>(namespace_new(offsetof<UserNamespace>(), CLONE_NEWUSER, changetype<usize>(parent))),
  );
  if (!changetype<usize>(ns)) return ns;
  user_ns_get(parent);
  ns.level = parent.level + 1;
  ns.uid = uid;
  ns.gid = gid;
  ns.setgroupsDenied = parent.setgroupsDenied;
  return ns;
}

export function user_ns_get(ns: UserNamespace): UserNamespace {
  ns.refs++;
  return ns;
}

export function user_ns_put(ns: UserNamespace): void {
  while (--ns.refs == 0) {
    const parent = ns.parent();
    kfree(ns.uidMap);
    kfree(ns.gidMap);
    namespace_free(ns);
    ns = parent;
  }
}

/** The id outside of what is called `id` inside; NO_ID = it has none. */
function map_down(map: usize, id: u32): u32 {
  const count = map ? load<u32>(map) : 0;
  for (let i: u32 = 0; i < count; i++) {
    const extent = map + 4 + (i as usize) * EXTENT_SIZE;
    const offset = id - load<u32>(extent);
    if (id >= load<u32>(extent) && offset < load<u32>(extent, 8)) return load<u32>(extent, 4) + offset;
  }
  return NO_ID;
}

function map_up(map: usize, id: u32): u32 {
  const count = map ? load<u32>(map) : 0;
  for (let i: u32 = 0; i < count; i++) {
    const extent = map + 4 + (i as usize) * EXTENT_SIZE;
    const offset = id - load<u32>(extent, 4);
    if (id >= load<u32>(extent, 4) && offset < load<u32>(extent, 8)) return load<u32>(extent) + offset;
  }
  return NO_ID;
}

/** The kernel's number of a user of `ns`; NO_ID = there is none. */
export function uid_of(ns: UserNamespace, id: u32): u32 {
  return ns.level ? map_down(ns.uidMap, id) : id;
}
export function gid_of(ns: UserNamespace, id: u32): u32 {
  return ns.level ? map_down(ns.gidMap, id) : id;
}

/** The number that a user has in `ns`; NO_ID = none. */
export function uid_in(ns: UserNamespace, id: u32): u32 {
  return ns.level ? map_up(ns.uidMap, id) : id;
}
export function gid_in(ns: UserNamespace, id: u32): u32 {
  return ns.level ? map_up(ns.gidMap, id) : id;
}

export function current_user_ns(): UserNamespace {
  return current().cred.user;
}

/** What the current task calls it, 65534 for what it cannot name. */
export function uid_told(id: u32): u32 {
  return told(uid_in(current_user_ns(), id));
}
export function gid_told(id: u32): u32 {
  return told(gid_in(current_user_ns(), id));
}
export function told(id: u32): u32 {
  return id == NO_ID ? OVERFLOW_ID : id;
}

/** What the current task means by it; NO_ID = nobody. */
export function uid_taken(id: u32): u32 {
  return uid_of(current_user_ns(), id);
}
export function gid_taken(id: u32): u32 {
  return gid_of(current_user_ns(), id);
}
