// Mount namespaces: which mounts there are. mount_namespaces(7). Nothing propagates between them: every mount is private.
// Invariant: a mount in the table belongs to the namespace in its field `ns`; the end of a namespace takes its mounts out.
import { CLONE_NEWNS } from '../../abi/linux/sched.ts';
import { current } from '../task/task.ts';
import { FsCtx } from '../vfs/fsctx.ts';
import { Mount } from '../vfs/mount.ts';
import { mounts_copy } from '../vfs/mount_copy.ts';
import { mount_remove_tree } from '../vfs/mount_tree.ts';
import { Namespace, namespace_free, namespace_new } from './namespace.ts';
import { UserNamespace, user_ns_first, user_ns_get, user_ns_put } from './user.ts';

@unmanaged
export class MountNamespace extends Namespace {
  /** The mount that hangs nowhere; null while the first one is being set up. */
  root: Mount;
}

const FIRST: usize = memory.data(4, 4);

export function mount_ns_first(): MountNamespace {
  if (!load<usize>(FIRST)) store<usize>(FIRST, changetype<usize>(make(user_ns_first())));
  return changetype<MountNamespace>(load<usize>(FIRST));
}

function make(owner: UserNamespace): MountNamespace {
  const ns = changetype<MountNamespace>(
    changetype<usize>(namespace_new(offsetof<MountNamespace>(), CLONE_NEWNS, changetype<usize>(owner))),
  );
  if (changetype<usize>(ns)) user_ns_get(owner);
  return ns;
}

/**
 * A copy of all mounts, to which root and working directory of ctx move. Mounts that a less privileged owner inherits are locked in their
 * place. Null = no memory, nothing has changed.
 */
export function mount_ns_copy(from: MountNamespace, owner: UserNamespace, ctx: FsCtx): MountNamespace {
  const ns = make(owner);
  if (!changetype<usize>(ns)) return ns;
  if (mounts_copy(from, ns, ctx, changetype<usize>(owner) != from.owner)) return ns;
  mount_ns_put(ns);
  return changetype<MountNamespace>(0);
}

export function mount_ns_put(ns: MountNamespace): void {
  if (--ns.refs) return;
  if (!ns.root.isNull()) mount_remove_tree(ns.root);
  user_ns_put(changetype<UserNamespace>(ns.owner));
  namespace_free(ns);
}

/** That of the current task. */
export function mount_ns(): MountNamespace {
  return current().ns.mnt;
}
