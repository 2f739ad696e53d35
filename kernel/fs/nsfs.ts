// Namespaces as files: what the links in /proc/PID/ns lead to. namespaces(7), ioctl_ns(2).
// Invariant: an inode with INODE_NAMESPACE has its Namespace in `data` and a reference to it.
import { EINVAL, ENOMEM, ENOTTY, EPERM } from '../../abi/linux/errno.ts';
import { NS_GET_NSTYPE, NS_GET_OWNER_UID, NS_GET_PARENT, NS_GET_USERNS } from '../../abi/linux/ioctl.ts';
import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
} from '../../abi/linux/sched.ts';
import { S_IFREG } from '../../abi/linux/stat.ts';
import { cstr, put_dec, str_len } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { putuser } from '../mm/usercopy.ts';
import { Namespace } from '../ns/namespace.ts';
import { namespace_put } from '../ns/nsproxy.ts';
import { pid_ns, pid_ns_is_below, PidNamespace } from '../ns/pid.ts';
import { current_user_ns, uid_told, UserNamespace } from '../ns/user.ts';
import { anon_inode, anon_mount } from '../vfs/anon.ts';
import { Dentry, dentry_new } from '../vfs/dentry.ts';
import { fd_install } from '../vfs/fdtable.ts';
import { FILE_NAMESPACE, File, file_new, file_put } from '../vfs/file.ts';
import { INODE_NAMESPACE, Inode, inode_put } from '../vfs/inode.ts';

const NAME: usize = memory.data(40, 8);

/** The name of a kind as /proc/PID/ns has it. */
export function namespace_name(type: u32): usize {
  switch (type) {
    case CLONE_NEWNS:
      return cstr('mnt');
    case CLONE_NEWUSER:
      return cstr('user');
    case CLONE_NEWPID:
      return cstr('pid');
    case CLONE_NEWCGROUP:
      return cstr('cgroup');
    case CLONE_NEWIPC:
      return cstr('ipc');
    case CLONE_NEWNET:
      return cstr('net');
    case CLONE_NEWTIME:
      return cstr('time');
    default:
      return cstr('uts');
  }
}

/** A dentry of the namespace, "uts:[4026531838]": Dentry ptr or ERR_PTR(-ENOMEM). It is of anon_mount. */
export function namespace_dentry(ns: Namespace): usize {
  const inode = anon_inode(S_IFREG | 0o444);
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  inode.uid = inode.gid = 0;
  inode.ino = ns.ino;
  inode.data = changetype<usize>(ns);
  inode.flags |= INODE_NAMESPACE;
  ns.refs++;
  const word = namespace_name(ns.type);
  let n = str_len(word);
  memory.copy(NAME, word, n as usize);
  store<u16>(NAME + (n as usize), 0x5b3a);
  n += 2;
  n += put_dec(NAME + (n as usize), ns.ino as u64);
  store<u8>(NAME + (n as usize), 0x5d);
  const d = dentry_new(changetype<Dentry>(0), NAME, n + 1, inode);
  inode_put(inode);
  return d.isNull() ? ERR_PTR(-ENOMEM) : changetype<usize>(d);
}

/** The inode goes. */
export function namespace_inode_free(inode: Inode): void {
  namespace_put(changetype<Namespace>(inode.data));
}

export function namespace_ioctl(file: File, request: u32, arg: u64): i64 {
  const ns = changetype<Namespace>(file.inode.data);
  switch (request) {
    case NS_GET_NSTYPE:
      return ns.type;
    case NS_GET_USERNS:
      return open_visible(changetype<UserNamespace>(ns.owner));
    case NS_GET_PARENT:
      return get_parent(ns);
    case NS_GET_OWNER_UID:
      if (ns.type != CLONE_NEWUSER) return -EINVAL;
      return putuser<u32>(arg, uid_told(changetype<UserNamespace>(changetype<usize>(ns)).uid));
    default:
      return -ENOTTY;
  }
}

/** Only user and pid namespaces have one, and it is told to who is in it or above. */
function get_parent(ns: Namespace): i64 {
  if (ns.type == CLONE_NEWUSER) return open_visible(changetype<UserNamespace>(ns.owner));
  if (ns.type != CLONE_NEWPID) return -EINVAL;
  const parent = changetype<PidNamespace>(changetype<usize>(ns)).parent;
  if (!changetype<usize>(parent) || !pid_ns_is_below(parent, pid_ns())) return -EPERM;
  return open(parent);
}

function open_visible(ns: UserNamespace): i64 {
  let n = ns;
  while (changetype<usize>(n) && n != current_user_ns()) n = n.parent();
  return changetype<usize>(n) ? open(ns) : -EPERM;
}

function open(ns: Namespace): i64 {
  const d = namespace_dentry(ns);
  if (IS_ERR(d)) return PTR_ERR(d);
  const file = file_new(anon_mount(), changetype<Dentry>(d), changetype<Dentry>(d).inode, FILE_NAMESPACE, 0);
  if (!changetype<usize>(file)) return -ENOMEM;
  const fd = fd_install(changetype<usize>(file), 0, true);
  if (fd < 0) file_put(changetype<usize>(file));
  return fd;
}
