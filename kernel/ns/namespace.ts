// What the kinds of namespaces have in common. namespaces(7).
// Invariant: `refs` counts the Nsproxies, credentials, child namespaces and open files that have it; the last one ends it. Of each kind
// there is a first one, which is never freed.
import { kfree, kmalloc } from '../lib/slab.ts';

/** include/linux/proc_ns.h: PROC_DYNAMIC_FIRST. */
const FIRST_NUMBER: u32 = 0xf0000000;
const NUMBERS: usize = memory.data(4, 4);

@unmanaged
export class Namespace {
  refs: u32;
  /** CLONE_NEW*. */
  type: u32;
  /** The inode number of /proc/PID/ns/KIND. */
  ino: u32;
  /** UserNamespace whose capabilities count for it; of a user namespace: its parent. 0 only for the first one of those. */
  owner: usize;
}

/** A zeroed namespace of `size` bytes with one reference; null = no memory. The reference to `owner` is the caller's business. */
export function namespace_new(size: usize, type: u32, owner: usize): Namespace {
  const ns = changetype<Namespace>(kmalloc(size));
  if (!changetype<usize>(ns)) return ns;
  const n = load<u32>(NUMBERS);
  store<u32>(NUMBERS, n + 1);
  ns.refs = 1;
  ns.type = type;
  ns.ino = FIRST_NUMBER + n;
  ns.owner = owner;
  return ns;
}

export function namespace_free(ns: Namespace): void {
  kfree(changetype<usize>(ns));
}
