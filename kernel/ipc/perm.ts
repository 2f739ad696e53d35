// Owner and mode of a System V IPC object. sysvipc(7), ipc/util.c of Linux.
// Invariant: every IPC object begins with an IpcPerm.
import { EACCES, EPERM } from '../../abi/linux/errno.ts';
import {
  IPC_PERM_CGID,
  IPC_PERM_CUID,
  IPC_PERM_GID,
  IPC_PERM_KEY,
  IPC_PERM_MODE,
  IPC_PERM_SEQ,
  IPC_PERM_UID,
} from '../../abi/linux/ipc.ts';
import { CAP_IPC_OWNER, CAP_SYS_ADMIN, capable, in_group } from '../task/cred.ts';
import { current } from '../task/task.ts';

/** What ipc_permitted is asked for. */
export const IPC_READ: u32 = 0o444;
export const IPC_WRITE: u32 = 0o222;

@unmanaged
export class IpcPerm {
  key: i32;
  id: i32;
  uid: u32;
  gid: u32;
  cuid: u32;
  cgid: u32;
  mode: u32;
  ctime: u64; // seconds
}

/** A new object belongs to the current task. */
export function perm_init(perm: IpcPerm, key: i32, flags: u32): void {
  const cred = current().cred;
  perm.key = key;
  perm.uid = perm.cuid = cred.euid;
  perm.gid = perm.cgid = cred.egid;
  perm.mode = flags & 0o777;
}

/** 0, or -EACCES when the current task lacks a right of `wanted`, given for owner, group or others alike. */
export function ipc_permitted(perm: IpcPerm, wanted: u32): i32 {
  const requested = (wanted >> 6) | (wanted >> 3) | wanted;
  const euid = current().cred.euid;
  let granted = perm.mode;
  if (euid == perm.cuid || euid == perm.uid) granted >>= 6;
  else if (in_group(perm.cgid) || in_group(perm.gid)) granted >>= 3;
  return requested & ~granted & 7 && !capable(CAP_IPC_OWNER) ? -EACCES : 0;
}

/** May the current task change or remove the object? 0 or -EPERM. */
export function ipc_owned(perm: IpcPerm): i32 {
  const euid = current().cred.euid;
  return euid == perm.cuid || euid == perm.uid || capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

/** Fills the struct ipc64_perm at p. */
export function perm_put(p: usize, perm: IpcPerm): void {
  store<i32>(p, perm.key, IPC_PERM_KEY);
  store<u32>(p, perm.uid, IPC_PERM_UID);
  store<u32>(p, perm.gid, IPC_PERM_GID);
  store<u32>(p, perm.cuid, IPC_PERM_CUID);
  store<u32>(p, perm.cgid, IPC_PERM_CGID);
  store<u32>(p, perm.mode, IPC_PERM_MODE);
  store<u16>(p, (perm.id >> 15) as u16, IPC_PERM_SEQ);
}

/** IPC_SET: takes owner and mode from the struct ipc64_perm at p. */
export function perm_set(perm: IpcPerm, p: usize): void {
  perm.uid = load<u32>(p, IPC_PERM_UID);
  perm.gid = load<u32>(p, IPC_PERM_GID);
  perm.mode = (perm.mode & ~0o777) | (load<u32>(p, IPC_PERM_MODE) & 0o777);
}
