// UTS namespaces: the names of host and domain. uts_namespaces(7), sethostname(2).
import { CLONE_NEWUTS } from '../../abi/linux/sched.ts';
import { cstr, str_len } from '../lib/bytes.ts';
import { current } from '../task/task.ts';
import { Namespace, namespace_free, namespace_new } from './namespace.ts';
import { UserNamespace, user_ns_first, user_ns_get, user_ns_put } from './user.ts';

/** Bytes of a name, and with its NUL. */
export const UTS_LEN = 64;
const UTS_SIZE: usize = 65;

@unmanaged
export class UtsNamespace extends Namespace {
  /** Two names of UTS_SIZE bytes follow. */
  @inline hostname(): usize {
    return changetype<usize>(this) + offsetof<Namespace>();
  }
  @inline domainname(): usize {
    return this.hostname() + UTS_SIZE;
  }
}

const FIRST: usize = memory.data(4, 4);

export function uts_ns_first(): UtsNamespace {
  if (!load<usize>(FIRST)) {
    const ns = make(user_ns_first());
    uts_set(ns.domainname(), cstr('(none)'));
    store<usize>(FIRST, changetype<usize>(ns));
  }
  return changetype<UtsNamespace>(load<usize>(FIRST));
}

function make(owner: UserNamespace): UtsNamespace {
  const size = offsetof<Namespace>() + 2 * UTS_SIZE;
  const ns = changetype<UtsNamespace>(changetype<usize>(namespace_new(size, CLONE_NEWUTS, changetype<usize>(owner))));
  if (changetype<usize>(ns)) user_ns_get(owner);
  return ns;
}

/** A copy that belongs to `owner`; null = no memory. */
export function uts_ns_copy(from: UtsNamespace, owner: UserNamespace): UtsNamespace {
  const ns = make(owner);
  if (changetype<usize>(ns)) memory.copy(ns.hostname(), from.hostname(), 2 * UTS_SIZE);
  return ns;
}

export function uts_ns_put(ns: UtsNamespace): void {
  if (--ns.refs) return;
  user_ns_put(changetype<UserNamespace>(ns.owner));
  namespace_free(ns);
}

/** That of the current task. */
export function uts_ns(): UtsNamespace {
  return current().ns.uts;
}

/** Sets one of the names, cut to 64 bytes. */
export function uts_set(at: usize, name: usize): void {
  memory.fill(at, 0, UTS_SIZE);
  memory.copy(at, name, min(str_len(name), UTS_LEN) as usize);
}
