// /proc/PID/ns: a link to each namespace of the process.
import { ENOENT } from '../../../abi/linux/errno.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { Namespace } from '../../ns/namespace.ts';
import { Task } from '../../task/task.ts';
import { anon_mount } from '../../vfs/anon.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { Walk } from '../../vfs/walk.ts';
import { namespace_dentry } from '../nsfs.ts';
import {
  NODE_NS_CGROUP,
  NODE_NS_IPC,
  NODE_NS_MNT,
  NODE_NS_NET,
  NODE_NS_PID,
  NODE_NS_PID_FOR_CHILDREN,
  NODE_NS_TIME,
  NODE_NS_TIME_FOR_CHILDREN,
  NODE_NS_USER,
} from './node.ts';

function namespace_of(t: Task, node: u32): Namespace {
  switch (node) {
    case NODE_NS_CGROUP:
      return t.ns.cgroup;
    case NODE_NS_IPC:
      return t.ns.ipc;
    case NODE_NS_MNT:
      return t.ns.mnt;
    case NODE_NS_NET:
      return t.ns.net;
    case NODE_NS_PID:
      return t.group.pidNs;
    case NODE_NS_PID_FOR_CHILDREN:
      return t.ns.pidForChildren;
    case NODE_NS_TIME:
    case NODE_NS_TIME_FOR_CHILDREN:
      return t.ns.time;
    case NODE_NS_USER:
      return t.cred.user;
    default:
      return t.ns.uts;
  }
}

/** Moves the walk to the namespace that the node is about: 1 or -errno. */
export function proc_ns_follow(t: Task, node: u32, w: Walk): i32 {
  if (!changetype<usize>(t.ns)) return -ENOENT;
  const d = namespace_dentry(namespace_of(t, node));
  if (IS_ERR(d)) return PTR_ERR(d);
  w.mount = anon_mount();
  w.dentry = changetype<Dentry>(d);
  return 1;
}
