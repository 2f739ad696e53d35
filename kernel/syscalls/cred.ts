// User, group and capability calls. credentials(7), capabilities(7).
import { EINVAL, ENOMEM, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { copyin, copyout, putuser } from '../mm/usercopy.ts';
import {
  CAP_FS_SET,
  CAP_SETGID,
  CAP_SETPCAP,
  CAP_SETUID,
  Cred,
  capable_here,
  cred_ids_changed,
  cred_own,
  cred_root,
} from '../task/cred.ts';
import { pid_told, task_named } from '../ns/pid.ts';
import { current, Task } from '../task/task.ts';
import { current_user_ns, gid_taken, gid_told, NO_ID, uid_taken, uid_told } from '../ns/user.ts';

const NGROUPS_MAX = 65536;
const CAP_HEADER: usize = memory.data(8, 8);
const CAP_DATA: usize = memory.data(24, 8);
const CAP_VERSION_1: u32 = 0x19980330;
const CAP_VERSION_2: u32 = 0x20071026;
const CAP_VERSION_3: u32 = 0x20080522;
/** "leave as it is" */
const KEEP: u32 = 0xffffffff;

export function sys_getuid(): i64 {
  return uid_told(current().cred.uid);
}

export function sys_geteuid(): i64 {
  return uid_told(current().cred.euid);
}

export function sys_getgid(): i64 {
  return gid_told(current().cred.gid);
}

export function sys_getegid(): i64 {
  return gid_told(current().cred.egid);
}

export function sys_getresuid(real: u64, effective: u64, saved: u64): i64 {
  const c = current().cred;
  return put_three(real, uid_told(c.uid), effective, uid_told(c.euid), saved, uid_told(c.suid));
}

export function sys_getresgid(real: u64, effective: u64, saved: u64): i64 {
  const c = current().cred;
  return put_three(real, gid_told(c.gid), effective, gid_told(c.egid), saved, gid_told(c.sgid));
}

function put_three(va1: u64, v1: u32, va2: u64, v2: u32, va3: u64, v3: u32): i64 {
  let error = putuser<u32>(va1, v1);
  if (error >= 0) error = putuser<u32>(va2, v2);
  return error < 0 ? error : putuser<u32>(va3, v3);
}

/** An id that a call sets, or KEEP: is there nobody of that number? */
function unknown(given: u64, taken: u32): bool {
  return (given as u32) != KEEP && taken == NO_ID;
}

export function sys_setuid(value: u64): i64 {
  const uid = uid_taken(value as u32);
  if (uid == NO_ID) return -EINVAL;
  const c = current().cred;
  if (capable_here(CAP_SETUID)) return set_uids(uid, uid, uid);
  return uid == c.uid || uid == c.suid ? set_uids(KEEP, uid, KEEP) : -EPERM;
}

export function sys_setreuid(real: u64, effective: u64): i64 {
  const r = uid_taken(real as u32);
  const e = uid_taken(effective as u32);
  if (unknown(real, r) || unknown(effective, e)) return -EINVAL;
  const c = current().cred;
  const privileged = capable_here(CAP_SETUID);
  if (!privileged && r != KEEP && r != c.uid && r != c.euid) return -EPERM;
  if (!privileged && e != KEEP && e != c.uid && e != c.euid && e != c.suid) return -EPERM;
  const newEuid = e == KEEP ? c.euid : e;
  const saved = r != KEEP || (e != KEEP && e != c.uid) ? newEuid : KEEP;
  return set_uids(r, e, saved);
}

export function sys_setresuid(real: u64, effective: u64, saved: u64): i64 {
  const c = current().cred;
  const r = uid_taken(real as u32);
  const e = uid_taken(effective as u32);
  const s = uid_taken(saved as u32);
  if (unknown(real, r) || unknown(effective, e) || unknown(saved, s)) return -EINVAL;
  const own = is_uid_of(c, r) && is_uid_of(c, e) && is_uid_of(c, s);
  return own || capable_here(CAP_SETUID) ? set_uids(r, e, s) : -EPERM;
}

function is_uid_of(c: Cred, uid: u32): bool {
  return uid == KEEP || uid == c.uid || uid == c.euid || uid == c.suid;
}

function set_uids(real: u32, effective: u32, saved: u32): i64 {
  const c = cred_own(current());
  if (!changetype<usize>(c)) return -ENOMEM;
  const root = cred_root(c);
  const wasRoot = c.uid == root || c.euid == root || c.suid == root;
  const wasEffective = c.euid == root;
  if (real != KEEP) c.uid = real;
  if (effective != KEEP) c.euid = effective;
  if (saved != KEEP) c.suid = saved;
  c.fsuid = c.euid;
  cred_ids_changed(current(), c, wasRoot, wasEffective);
  return 0;
}

export function sys_setgid(value: u64): i64 {
  const gid = gid_taken(value as u32);
  if (gid == NO_ID) return -EINVAL;
  const c = current().cred;
  if (capable_here(CAP_SETGID)) return set_gids(gid, gid, gid);
  return gid == c.gid || gid == c.sgid ? set_gids(KEEP, gid, KEEP) : -EPERM;
}

export function sys_setregid(real: u64, effective: u64): i64 {
  const r = gid_taken(real as u32);
  const e = gid_taken(effective as u32);
  if (unknown(real, r) || unknown(effective, e)) return -EINVAL;
  const c = current().cred;
  const privileged = capable_here(CAP_SETGID);
  if (!privileged && r != KEEP && r != c.gid && r != c.egid) return -EPERM;
  if (!privileged && e != KEEP && e != c.gid && e != c.egid && e != c.sgid) return -EPERM;
  const newEgid = e == KEEP ? c.egid : e;
  const saved = r != KEEP || (e != KEEP && e != c.gid) ? newEgid : KEEP;
  return set_gids(r, e, saved);
}

export function sys_setresgid(real: u64, effective: u64, saved: u64): i64 {
  const c = current().cred;
  const r = gid_taken(real as u32);
  const e = gid_taken(effective as u32);
  const s = gid_taken(saved as u32);
  if (unknown(real, r) || unknown(effective, e) || unknown(saved, s)) return -EINVAL;
  const own = is_gid_of(c, r) && is_gid_of(c, e) && is_gid_of(c, s);
  return own || capable_here(CAP_SETGID) ? set_gids(r, e, s) : -EPERM;
}

function is_gid_of(c: Cred, gid: u32): bool {
  return gid == KEEP || gid == c.gid || gid == c.egid || gid == c.sgid;
}

function set_gids(real: u32, effective: u32, saved: u32): i64 {
  const c = cred_own(current());
  if (!changetype<usize>(c)) return -ENOMEM;
  if (real != KEEP) c.gid = real;
  if (effective != KEEP) c.egid = effective;
  if (saved != KEEP) c.sgid = saved;
  c.fsgid = c.egid;
  return 0;
}

/** Both return the old value, whether they changed it or not. */
export function sys_setfsuid(value: u64): i64 {
  const uid = uid_taken(value as u32);
  const old = current().cred;
  const before = uid_told(old.fsuid);
  if (uid == KEEP || (!capable_here(CAP_SETUID) && !is_uid_of(old, uid) && uid != old.fsuid)) return before;
  const c = cred_own(current());
  if (changetype<usize>(c)) set_fsuid(c, uid);
  return before;
}

/** Only uid 0 has the capabilities about files in effect. */
function set_fsuid(c: Cred, uid: u32): void {
  const root = cred_root(c);
  if (c.fsuid == root && uid != root) c.effective &= ~CAP_FS_SET;
  if (c.fsuid != root && uid == root) c.effective |= c.permitted & CAP_FS_SET;
  c.fsuid = uid;
}

export function sys_setfsgid(value: u64): i64 {
  const gid = gid_taken(value as u32);
  const old = current().cred;
  const before = gid_told(old.fsgid);
  if (gid == KEEP || (!capable_here(CAP_SETGID) && !is_gid_of(old, gid) && gid != old.fsgid)) return before;
  const c = cred_own(current());
  if (changetype<usize>(c)) c.fsgid = gid;
  return before;
}

export function sys_getgroups(size: i32, list: u64): i64 {
  const c = current().cred;
  if (size < 0 || (size && size < c.groupCount)) return -EINVAL;
  if (!size || !c.groupCount) return c.groupCount;
  for (let i = 0; i < c.groupCount; i++) {
    const error = putuser<u32>(list + i * 4, gid_told(load<u32>(c.groups + i * 4)));
    if (error < 0) return error;
  }
  return c.groupCount;
}

export function sys_setgroups(count: i32, list: u64): i64 {
  const user = current_user_ns();
  if (!capable_here(CAP_SETGID) || user.setgroupsDenied || (user.level && !user.gidMap)) return -EPERM;
  if (count < 0 || count > NGROUPS_MAX) return -EINVAL;
  const groups = count ? kmalloc((count * 4) as usize) : 0;
  if (count && !groups) return -ENOMEM;
  let error = count ? copyin(groups, list, (count * 4) as usize) : 0;
  if (!error) error = take_groups(groups, count);
  const c = cred_own(current());
  if (error < 0 || !changetype<usize>(c)) {
    kfree(groups);
    return error < 0 ? error : -ENOMEM;
  }
  sort_groups(groups, count);
  kfree(c.groups);
  c.groups = groups;
  c.groupCount = count;
  return 0;
}

/** To the kernel's numbers: 0 or -EINVAL. */
function take_groups(groups: usize, count: i32): i32 {
  for (let i = 0; i < count; i++) {
    const gid = gid_taken(load<u32>(groups + i * 4));
    if (gid == NO_ID) return -EINVAL;
    store<u32>(groups + i * 4, gid);
  }
  return 0;
}

/** By insertion, since lists are short; getgroups shows them sorted as Linux does. */
function sort_groups(groups: usize, count: i32): void {
  for (let i = 1; i < count; i++) {
    const gid = load<u32>(groups + i * 4);
    let j = i;
    for (; j > 0 && load<u32>(groups + (j - 1) * 4) > gid; j--) {
      store<u32>(groups + j * 4, load<u32>(groups + (j - 1) * 4));
    }
    store<u32>(groups + j * 4, gid);
  }
}

/** How many 12-byte records the version in CAP_HEADER has, or -EINVAL after telling the caller the preferred version. */
function cap_records(header: u64): i32 {
  const error = copyin(CAP_HEADER, header, 8);
  if (error < 0) return error;
  const version = load<u32>(CAP_HEADER);
  if (version == CAP_VERSION_1) return 1;
  if (version == CAP_VERSION_2 || version == CAP_VERSION_3) return 2;
  const failed = putuser<u32>(header, CAP_VERSION_3);
  return failed < 0 ? failed : -EINVAL;
}

export function sys_capget(header: u64, data: u64): i64 {
  const records = cap_records(header);
  if (records < 0) return records == -EINVAL && !data ? 0 : records;
  const tid = load<i32>(CAP_HEADER, 4);
  const t = tid ? changetype<Task>(task_named(tid)) : current();
  if (tid < 0) return -EINVAL;
  if (!changetype<usize>(t)) return -ESRCH;
  const c = t.cred;
  for (let i: u64 = 0; i < 2; i++) {
    const record = CAP_DATA + (i as usize) * 12;
    store<u32>(record, (c.effective >> (i * 32)) as u32, 0);
    store<u32>(record, (c.permitted >> (i * 32)) as u32, 4);
    store<u32>(record, (c.inheritable >> (i * 32)) as u32, 8);
  }
  return copyout(data, CAP_DATA, (records * 12) as usize);
}

export function sys_capset(header: u64, data: u64): i64 {
  const records = cap_records(header);
  if (records < 0) return records;
  const tid = load<i32>(CAP_HEADER, 4);
  if (tid && tid != pid_told(current().tid)) return -EPERM;
  memory.fill(CAP_DATA, 0, 24);
  const error = copyin(CAP_DATA, data, (records * 12) as usize);
  if (error < 0) return error;
  const effective = cap_word(0);
  const permitted = cap_word(4);
  const inheritable = cap_word(8);
  const old = current().cred;
  if (permitted & ~old.permitted || effective & ~permitted) return -EPERM;
  if (inheritable & ~(old.inheritable | old.permitted) && !capable_here(CAP_SETPCAP)) return -EPERM;
  const c = cred_own(current());
  if (!changetype<usize>(c)) return -ENOMEM;
  c.effective = effective;
  c.permitted = permitted;
  c.inheritable = inheritable;
  c.ambient &= permitted & inheritable;
  return 0;
}

function cap_word(at: usize): u64 {
  return (load<u32>(CAP_DATA + at) as u64) | ((load<u32>(CAP_DATA + at, 12) as u64) << 32);
}
