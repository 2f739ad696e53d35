// Listing directories. getdents(2).
// Positions: 0 ".", 1 "..", then the image's entries by index, then those in memory by cookie (boxfs); names that
// come or go never change the position of another.
import { EINVAL, ENOENT, ENOTDIR } from '../../abi/linux/errno.ts';
import {
  DIRENT64_INO,
  DIRENT64_NAME,
  DIRENT64_OFF,
  DIRENT64_RECLEN,
  DIRENT64_TYPE,
  DIRENT_NAME,
} from '../../abi/linux/dirent.ts';
import { Directory, directory_at, directory_find, directory_of } from '../fs/boxfs/directory.ts';
import { IMAGE_ENTRY, IMAGE_ENTRY_NAME, ImageEntry, image_dir_entry } from '../fs/boxfs/image_dir.ts';
import { host_readdir } from '../fs/hostfs/readdir.ts';
import { proc_readdir } from '../fs/proc/readdir.ts';
import { cstr } from '../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { copyout } from '../mm/usercopy.ts';
import { DENTRY_DELETED, Dentry } from './dentry.ts';
import { FILE_DIRECTORY, File } from './file.ts';
import { INODE_HOST, INODE_PROC, Inode, inode_accessed } from './inode.ts';

/** Where entries go: the guest's buffer. */
@unmanaged
export class DirSink {
  va: u64;
  left: u64;
  /** Position behind the last entry that fitted. */
  pos: u64;
  wrote: u32;
  error: i32;
  old: u32;
  pad: u32;
}

const SINK: usize = memory.data(48, 8);
const RECORD: usize = memory.data(288, 8);

/** Adds one entry, whose successor has position `next`. False = full or failed: stop. */
export function sink_put(sink: DirSink, name: usize, len: i32, ino: u64, type: u32, next: u64): bool {
  const nameAt: u32 = sink.old ? DIRENT_NAME : DIRENT64_NAME;
  const tail: u32 = sink.old ? 2 : 1;
  const size = (nameAt + (len as u32) + tail + 7) & ~7;
  if ((size as u64) > sink.left) {
    if (!sink.wrote) sink.error = -EINVAL;
    return false;
  }
  memory.fill(RECORD, 0, size as usize);
  store<u64>(RECORD, ino, DIRENT64_INO);
  store<u64>(RECORD, next, DIRENT64_OFF);
  store<u16>(RECORD, size as u16, DIRENT64_RECLEN);
  if (sink.old) store<u8>(RECORD + (size as usize) - 1, type as u8);
  else store<u8>(RECORD, type as u8, DIRENT64_TYPE);
  memory.copy(RECORD + (nameAt as usize), name, len as usize);
  const error = copyout(sink.va, RECORD, size as usize);
  if (error) {
    if (!sink.wrote) sink.error = error;
    return false;
  }
  sink.va += size as u64;
  sink.left -= size as u64;
  sink.wrote += size;
  sink.pos = next;
  return true;
}

/** Reads entries from the file's position on: bytes written, 0 = end, -errno. */
export function file_getdents(file: File, va: u64, size: u64, old: bool): i64 {
  if (file.kind != FILE_DIRECTORY) return -ENOTDIR;
  const d = file.dentry;
  if (d.flags & DENTRY_DELETED) return -ENOENT;
  const sink = changetype<DirSink>(SINK);
  sink.va = va;
  sink.left = size;
  sink.pos = file.pos;
  sink.wrote = 0;
  sink.error = 0;
  sink.old = old ? 1 : 0;
  if (dots(sink, file)) {
    if (d.inode.kind == INODE_PROC) proc_readdir(d, sink);
    else if (d.inode.kind == INODE_HOST) host_readdir(file, sink);
    else box_readdir(d, sink);
  }
  if (!sink.wrote && sink.error) return sink.error;
  file.pos = sink.pos;
  inode_accessed(d.inode);
  return sink.wrote as i64;
}

/** "." and ".."; false = stop. */
function dots(sink: DirSink, file: File): bool {
  const d = file.dentry;
  if (sink.pos == 0 && !sink_put(sink, cstr('.'), 1, d.inode.ino, 4, 1)) return false;
  if (sink.pos > 1) return true;
  let up = d;
  if (d == file.mount.root && !file.mount.mountpoint.isNull()) up = file.mount.mountpoint;
  if (!up.isRoot()) up = up.parent;
  return sink_put(sink, cstr('..'), 2, up.inode.ino, 4, 2);
}

function box_readdir(d: Dentry, sink: DirSink): void {
  const contents = directory_of(d.inode);
  if (IS_ERR(contents)) {
    sink.error = PTR_ERR(contents);
    return;
  }
  const dir = changetype<Directory>(contents);
  while (sink.pos - 2 < (dir.imageCount as u64)) {
    if (!put_image_entry(d.inode, dir, (sink.pos - 2) as u32, sink)) return;
  }
  let entry = directory_at(dir, sink.pos - 2);
  while (!entry.isNull()) {
    const inode = entry.inode;
    if (!sink_put(sink, entry.name(), entry.nameLen, inode.ino, inode.mode >> 12, entry.cookie + 3)) return;
    entry = entry.next;
  }
}

/** The image's entry `index`, or what has taken its name since; hidden ones are passed over. */
function put_image_entry(inode: Inode, dir: Directory, index: u32, sink: DirSink): bool {
  const error = image_dir_entry(inode, index);
  if (error) {
    sink.error = error;
    return false;
  }
  const entry = changetype<ImageEntry>(IMAGE_ENTRY);
  let ino = entry.ino as u64;
  let type = entry.type as u32;
  const next = (index as u64) + 3;
  if (dir.hashed) {
    const d = directory_find(dir, IMAGE_ENTRY_NAME, entry.nameLen);
    if (!d.isNull() && d.isWhiteout()) {
      sink.pos = next;
      return true;
    }
    if (!d.isNull()) {
      ino = d.inode.ino;
      type = d.inode.mode >> 12;
    }
  }
  return sink_put(sink, IMAGE_ENTRY_NAME, entry.nameLen, ino, type, next);
}
