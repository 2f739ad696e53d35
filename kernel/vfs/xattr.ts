// Extended attributes. xattr(7).
// Invariant: Inode.xattrs, once loaded, is a block { length u32, capacity u32 } followed by entries as in abi/image.ts:
// name length u16, value length u32, name, value. What the image has is loaded at the first use.
import { EEXIST, EINVAL, ENODATA, ENOMEM, ENOSPC, EOPNOTSUPP, EPERM, ERANGE } from '../../abi/linux/errno.ts';
import { XATTR_CREATE, XATTR_LIST_MAX, XATTR_REPLACE } from '../../abi/linux/xattr.ts';
import { image_xattr_extent } from '../fs/boxfs/image_inode.ts';
import { image_read } from '../fs/image/chunk.ts';
import { cstr, mem_chr, mem_eq, str_len } from '../lib/bytes.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { CAP_SETFCAP, CAP_SYS_ADMIN, capable } from '../task/cred.ts';
import { INODE_BOX, Inode, TOUCH_CTIME, inode_touch } from './inode.ts';
import { MAY_READ, MAY_WRITE, inode_permission, is_owner } from './permission.ts';

/** Bytes before the entries. */
export const XATTR_HEADER: usize = 8;
const ENTRY: usize = 6;
const EXTENT: usize = memory.data(8, 8);

/** Loads the image's attributes: 0 or -errno (-EBLOCKED*). An inode without any keeps xattrs 0. */
export function xattr_load(inode: Inode): i32 {
  if (inode.xattrs || !inode.imageIno) return 0;
  const n = image_xattr_extent(inode, EXTENT);
  if (n <= 2) return n < 0 ? n : 0;
  const block = kmalloc(XATTR_HEADER + (n as usize));
  if (!block) return -ENOMEM;
  // The image has a count in front; it is not needed.
  const error = image_read(block + XATTR_HEADER, load<u64>(EXTENT) + 2, (n - 2) as u32);
  if (error) {
    kfree(block);
    return error;
  }
  store<u32>(block, sane_length(block + XATTR_HEADER, (n - 2) as usize) as u32);
  inode.xattrs = block;
  return 0;
}

/** Length of the entries that lie wholly within n bytes. */
function sane_length(p: usize, n: usize): usize {
  let at: usize = 0;
  while (at + ENTRY <= n) {
    const size = ENTRY + (load<u16>(p + at) as usize) + (load<u32>(p + at, 2) as usize);
    if (size > n - at) break;
    at += size;
  }
  return at;
}

function entry_size(e: usize): usize {
  return ENTRY + (load<u16>(e) as usize) + (load<u32>(e, 2) as usize);
}

/** The entry of that name, or 0. */
function find(inode: Inode, name: usize, len: i32): usize {
  if (!inode.xattrs) return 0;
  let e = inode.xattrs + XATTR_HEADER;
  const end = e + (load<u32>(inode.xattrs) as usize);
  while (e < end) {
    if ((load<u16>(e) as i32) == len && mem_eq(e + ENTRY, name, len as usize)) return e;
    e += entry_size(e);
  }
  return 0;
}

function has_prefix(name: usize, prefix: usize): bool {
  return mem_eq(name, prefix, str_len(prefix) as usize);
}

/** May the current task read or write that attribute? The name decides. */
function permitted(inode: Inode, name: usize, write: bool): i32 {
  if (inode.kind != INODE_BOX) return -EOPNOTSUPP;
  const dot = mem_chr(name, 0x2e, str_len(name));
  if (dot >= 0 && !load<u8>(name + (dot as usize) + 1)) return -EINVAL;
  if (has_prefix(name, cstr('security.'))) {
    if (!write) return 0;
    const cap = has_prefix(name, cstr('security.capability')) ? CAP_SETFCAP : CAP_SYS_ADMIN;
    return capable(cap) ? 0 : -EPERM;
  }
  if (has_prefix(name, cstr('trusted.'))) return capable(CAP_SYS_ADMIN) ? 0 : write ? -EPERM : -ENODATA;
  if (!has_prefix(name, cstr('user.'))) return -EOPNOTSUPP;
  if (!inode.isRegular() && !inode.isDir()) return write ? -EPERM : -ENODATA;
  if (inode.isDir() && inode.mode & 0o1000 && write && !is_owner(inode)) return -EPERM;
  return inode_permission(inode, write ? MAY_WRITE : MAY_READ);
}

/** Copies the value to buf when size > 0: its length or -errno. */
export function xattr_get(inode: Inode, name: usize, buf: usize, size: u32): i64 {
  const denied = permitted(inode, name, false);
  if (denied) return denied;
  const error = xattr_load(inode);
  if (error) return error;
  const e = find(inode, name, str_len(name));
  if (!e) return -ENODATA;
  const n = load<u32>(e, 2);
  if (!size) return n as i64;
  if (n > size) return -ERANGE;
  memory.copy(buf, e + ENTRY + (load<u16>(e) as usize), n as usize);
  return n as i64;
}

/** Sets the value; flags XATTR_CREATE, XATTR_REPLACE: 0 or -errno. */
export function xattr_set(inode: Inode, name: usize, value: usize, size: u32, flags: i32): i32 {
  const denied = permitted(inode, name, true);
  if (denied) return denied;
  const error = xattr_load(inode);
  if (error) return error;
  const len = str_len(name);
  const old = find(inode, name, len);
  if (old && flags & XATTR_CREATE) return -EEXIST;
  if (!old && flags & XATTR_REPLACE) return -ENODATA;
  const used = inode.xattrs ? load<u32>(inode.xattrs) : 0;
  const added = (ENTRY as u32) + (len as u32) + size;
  if (used + added > 2 * XATTR_LIST_MAX) return -ENOSPC;
  const block = kmalloc(XATTR_HEADER + (used as usize) + (added as usize));
  if (!block) return -ENOMEM;
  const kept = copy_without(inode, old, block + XATTR_HEADER);
  const e = block + XATTR_HEADER + kept;
  store<u16>(e, len as u16);
  store<u32>(e, size, 2);
  memory.copy(e + ENTRY, name, len as usize);
  memory.copy(e + ENTRY + (len as usize), value, size as usize);
  store<u32>(block, (kept as u32) + added);
  kfree(inode.xattrs);
  inode.xattrs = block;
  inode_touch(inode, TOUCH_CTIME);
  return 0;
}

/** Copies all entries but `skip`: bytes. */
function copy_without(inode: Inode, skip: usize, to: usize): usize {
  if (!inode.xattrs) return 0;
  const first = inode.xattrs + XATTR_HEADER;
  const end = first + (load<u32>(inode.xattrs) as usize);
  if (!skip) {
    memory.copy(to, first, end - first);
    return end - first;
  }
  const after = skip + entry_size(skip);
  memory.copy(to, first, skip - first);
  memory.copy(to + (skip - first), after, end - after);
  return end - first - (after - skip);
}

export function xattr_remove(inode: Inode, name: usize): i32 {
  const denied = permitted(inode, name, true);
  if (denied) return denied;
  const error = xattr_load(inode);
  if (error) return error;
  const e = find(inode, name, str_len(name));
  if (!e) return -ENODATA;
  const after = e + entry_size(e);
  const end = inode.xattrs + XATTR_HEADER + (load<u32>(inode.xattrs) as usize);
  memory.copy(e, after, end - after);
  store<u32>(inode.xattrs, load<u32>(inode.xattrs) - ((after - e) as u32));
  inode_touch(inode, TOUCH_CTIME);
  return 0;
}

/** Writes the names, each with its NUL, to buf when size > 0: their length or -errno. */
export function xattr_list(inode: Inode, buf: usize, size: u32): i64 {
  const error = inode.kind == INODE_BOX ? xattr_load(inode) : 0;
  if (error || !inode.xattrs) return error;
  let e = inode.xattrs + XATTR_HEADER;
  const end = e + (load<u32>(inode.xattrs) as usize);
  let total: u32 = 0;
  for (; e < end; e += entry_size(e)) {
    const len = load<u16>(e) as u32;
    if (has_prefix(e + ENTRY, cstr('trusted.')) && !capable(CAP_SYS_ADMIN)) continue;
    if (size) {
      if (total + len + 1 > size) return -ERANGE;
      memory.copy(buf + (total as usize), e + ENTRY, len as usize);
      store<u8>(buf + (total as usize) + (len as usize), 0);
    }
    total += len + 1;
  }
  return total as i64;
}
