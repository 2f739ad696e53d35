// Namespaces that make no difference to see: of cgroups, since a box has none but the root of them. cgroup_namespaces(7).
import { Namespace, namespace_free, namespace_new } from './namespace.ts';
import { UserNamespace, user_ns_get, user_ns_put } from './user.ts';

export function plain_ns_new(type: u32, owner: UserNamespace): Namespace {
  const ns = namespace_new(offsetof<Namespace>(), type, changetype<usize>(owner));
  if (changetype<usize>(ns)) user_ns_get(owner);
  return ns;
}

export function plain_ns_put(ns: Namespace): void {
  if (--ns.refs) return;
  user_ns_put(changetype<UserNamespace>(ns.owner));
  namespace_free(ns);
}
