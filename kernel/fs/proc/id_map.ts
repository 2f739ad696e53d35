// /proc/PID/uid_map, gid_map and setgroups: written once, they say who there is in a user namespace. user_namespaces(7).
import { EINVAL, ENOMEM, EPERM, ESRCH } from '../../../abi/linux/errno.ts';
import { cstr, mem_is, str_len } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { current_user_ns, EXTENT_SIZE, gid_in, gid_of, NO_ID, uid_in, uid_of, UserNamespace } from '../../ns/user.ts';
import { CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN, ns_capable } from '../../task/cred.ts';
import { current, Task } from '../../task/task.ts';

/** UID_GID_MAP_MAX_EXTENTS. */
const MOST_EXTENTS: u32 = 340;
/** Where the next number is parsed. */
const AT: usize = memory.data(4, 4);

export function id_map_show(ns: UserNamespace, gids: bool, text: Text): void {
  if (!ns.level) return line(text, 0, 0, 0xffffffff);
  const map = gids ? ns.gidMap : ns.uidMap;
  const count: u32 = map ? load<u32>(map) : 0;
  const reader = current_user_ns() == ns ? ns.parent() : current_user_ns();
  for (let i: u32 = 0; i < count; i++) {
    const extent = map + 4 + (i as usize) * EXTENT_SIZE;
    const lower = load<u32>(extent, 4);
    line(text, load<u32>(extent), gids ? gid_in(reader, lower) : uid_in(reader, lower), load<u32>(extent, 8));
  }
}

function line(text: Text, first: u32, lower: u32, count: u32): void {
  text.decw(first as i64, 10).char(0x20);
  text.decw(lower as i64, 10).char(0x20);
  text.decw(count as i64, 10).char(0x0a);
}

/** 0 or -errno. */
export function id_map_write(t: Task, gids: bool, source: usize): i32 {
  if (!changetype<usize>(t)) return -ESRCH;
  const ns = t.cred.user;
  if (!ns.level || (gids ? ns.gidMap : ns.uidMap) || !ns_capable(ns, CAP_SYS_ADMIN)) return -EPERM;
  const map = kmalloc(4 + (MOST_EXTENTS as usize) * EXTENT_SIZE);
  if (!map) return -ENOMEM;
  let error = parse(map, source);
  if (!error && !permitted(ns, map, gids)) error = -EPERM;
  if (!error) error = to_kernel(ns.parent(), map, gids);
  if (error) kfree(map);
  else if (gids) ns.gidMap = map;
  else ns.uidMap = map;
  return error;
}

function skip_blanks(): void {
  let p = load<usize>(AT);
  while (load<u8>(p) == 0x20 || load<u8>(p) == 9) p++;
  store<usize>(AT, p);
}

/** The decimal number at AT, -1 = there is none. */
function number(): i64 {
  skip_blanks();
  let p = load<usize>(AT);
  let value: i64 = -1;
  while (load<u8>(p) >= 0x30 && load<u8>(p) <= 0x39 && value <= 0xffffffff) {
    value = max<i64>(value, 0) * 10 + ((load<u8>(p++) as i64) - 0x30);
  }
  store<usize>(AT, p);
  return value > 0xffffffff ? -1 : value;
}

/** Lines of three numbers: first inside, first outside, how many. */
function parse(map: usize, source: usize): i32 {
  store<usize>(AT, source);
  let count: u32 = 0;
  do {
    const first = number();
    const lower = number();
    const length = number();
    skip_blanks();
    const end = load<u8>(load<usize>(AT));
    if (first < 0 || lower < 0 || length <= 0 || (end && end != 0x0a) || count == MOST_EXTENTS) return -EINVAL;
    if (first + length > 0xffffffff || lower + length > 0xffffffff) return -EINVAL;
    if (overlaps(map, count, first as u32, lower as u32, length as u32)) return -EINVAL;
    const extent = map + 4 + (count++ as usize) * EXTENT_SIZE;
    store<u32>(extent, first as u32);
    store<u32>(extent, lower as u32, 4);
    store<u32>(extent, length as u32, 8);
    if (end) store<usize>(AT, load<usize>(AT) + 1);
  } while (load<u8>(load<usize>(AT)));
  store<u32>(map, count);
  return 0;
}

function overlaps(map: usize, count: u32, first: u32, lower: u32, length: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    const extent = map + 4 + (i as usize) * EXTENT_SIZE;
    const other = load<u32>(extent, 8);
    if (first < load<u32>(extent) + other && load<u32>(extent) < first + length) return true;
    if (lower < load<u32>(extent, 4) + other && load<u32>(extent, 4) < lower + length) return true;
  }
  return false;
}

/** The maker may map itself alone, and as a group only when setgroups is off; the rest needs the capability outside. */
function permitted(ns: UserNamespace, map: usize, gids: bool): bool {
  const cred = current().cred;
  const parent = ns.parent();
  if (load<u32>(map) == 1 && load<u32>(map, 12) == 1 && ns.uid == cred.euid) {
    const lower = load<u32>(map, 8);
    if (!gids && uid_of(parent, lower) == cred.euid) return true;
    if (gids && ns.setgroupsDenied && gid_of(parent, lower) == cred.egid) return true;
  }
  return ns_capable(parent, gids ? CAP_SETGID : CAP_SETUID);
}

/** The ids outside become the kernel's: each range must lie in one of the parent's. */
function to_kernel(parent: UserNamespace, map: usize, gids: bool): i32 {
  for (let i: u32 = 0; i < load<u32>(map); i++) {
    const extent = map + 4 + (i as usize) * EXTENT_SIZE;
    const lower = load<u32>(extent, 4);
    const more = load<u32>(extent, 8) - 1;
    const first = gids ? gid_of(parent, lower) : uid_of(parent, lower);
    const last = gids ? gid_of(parent, lower + more) : uid_of(parent, lower + more);
    if (first == NO_ID || last == NO_ID || last - first != more) return -EPERM;
    store<u32>(extent, first, 4);
  }
  return 0;
}

export function setgroups_write(t: Task, source: usize): i32 {
  if (!changetype<usize>(t)) return -ESRCH;
  const ns = t.cred.user;
  if (!ns_capable(ns, CAP_SYS_ADMIN)) return -EPERM;
  if (mem_is(source, str_len(source), cstr('allow'))) return ns.setgroupsDenied ? -EPERM : 0;
  if (!mem_is(source, str_len(source), cstr('deny'))) return -EINVAL;
  if (!ns.level || ns.gidMap) return -EPERM;
  ns.setgroupsDenied = 1;
  return 0;
}
