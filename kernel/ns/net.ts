// Network namespaces: sockets of one do not reach those of another; only the first has eth0, the others a lo that is down at first.
// network_namespaces(7). A socket keeps the one it was made in; interfaces and routes are those of the task that asks.
import { CLONE_NEWNET } from '../../abi/linux/sched.ts';
import { current } from '../task/task.ts';
import { Namespace, namespace_new } from './namespace.ts';
import { plain_ns_put } from './plain.ts';
import { UserNamespace, user_ns_first, user_ns_get } from './user.ts';

@unmanaged
export class NetNamespace extends Namespace {
  loUp: u32;
  /** lo has been up, or was given its address: it keeps 127.0.0.1. */
  loAddress: u32;
}

const FIRST: usize = memory.data(4, 4);

/** Null = no memory. */
export function net_ns_new(owner: UserNamespace): NetNamespace {
  const ns = changetype<NetNamespace>(
    changetype<usize>(namespace_new(offsetof<NetNamespace>(), CLONE_NEWNET, changetype<usize>(owner))),
  );
  if (changetype<usize>(ns)) user_ns_get(owner);
  return ns;
}

export function net_ns_first(): NetNamespace {
  if (!load<usize>(FIRST)) {
    const ns = net_ns_new(user_ns_first());
    ns.loUp = ns.loAddress = 1;
    store<usize>(FIRST, changetype<usize>(ns));
  }
  return changetype<NetNamespace>(load<usize>(FIRST));
}

/** That of the current task. */
export function net_ns(): NetNamespace {
  return current().ns.net;
}

export function net_ns_get(ns: NetNamespace): NetNamespace {
  ns.refs++;
  return ns;
}

export function net_ns_put(ns: NetNamespace): void {
  plain_ns_put(ns);
}
