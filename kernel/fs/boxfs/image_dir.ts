// Directories of the image: a table of entries sorted by name (abi/image.ts), searched by bisection.
import { IMAGE_DIR_HEADER, IMAGE_DIRENT_SIZE } from '../../../abi/image.ts';
import { EIO, ENOENT } from '../../../abi/linux/errno.ts';
import { NAME_MAX } from '../../../abi/linux/fcntl.ts';
import { Inode } from '../../vfs/inode.ts';
import { image_read } from '../image/chunk.ts';

/** The entry that image_dir_entry read last: inode u32, name offset u32, name length u16, type u8, pad, then the name. */
export const IMAGE_ENTRY: usize = memory.data(IMAGE_DIRENT_SIZE + 256, 8);
export const IMAGE_ENTRY_NAME: usize = IMAGE_ENTRY + IMAGE_DIRENT_SIZE;
const COUNT: usize = memory.data(4, 4);

@unmanaged
export class ImageEntry {
  ino: u32;
  nameOffset: u32;
  nameLen: u16;
  type: u8;
}

/** Number of entries, or -EIO, -EBLOCKED. */
export function image_dir_count(inode: Inode): i32 {
  const error = image_read(COUNT, inode.imageData, 4);
  if (error) return error;
  const count = load<u32>(COUNT);
  // Every entry takes a record and at least one byte of name.
  return (count as u64) * (IMAGE_DIRENT_SIZE + 1) + IMAGE_DIR_HEADER > inode.imageSize ? -EIO : (count as i32);
}

/** Reads entry i (below the count) to IMAGE_ENTRY: 0, -EIO, -EBLOCKED. */
export function image_dir_entry(inode: Inode, i: u32): i32 {
  const at = inode.imageData + IMAGE_DIR_HEADER + (i as u64) * IMAGE_DIRENT_SIZE;
  let error = image_read(IMAGE_ENTRY, at, IMAGE_DIRENT_SIZE);
  if (error) return error;
  const entry = changetype<ImageEntry>(IMAGE_ENTRY);
  const len = entry.nameLen as u32;
  if (!len || len > (NAME_MAX as u32) || (entry.nameOffset as u64) + (len as u64) > inode.imageSize) return -EIO;
  error = image_read(IMAGE_ENTRY_NAME, inode.imageData + (entry.nameOffset as u64), len);
  if (error) return error;
  store<u8>(IMAGE_ENTRY_NAME + (len as usize), 0);
  return name_is_sane(len) ? 0 : -EIO;
}

/** No slash, no NUL, not "." or "..": such names would lead walks astray. */
function name_is_sane(len: u32): bool {
  for (let i: u32 = 0; i < len; i++) {
    const c = load<u8>(IMAGE_ENTRY_NAME + (i as usize));
    if (c == 0x2f || !c) return false;
  }
  if (load<u8>(IMAGE_ENTRY_NAME) != 0x2e) return true;
  return len > 2 || (len == 2 && load<u8>(IMAGE_ENTRY_NAME + 1) != 0x2e);
}

/** Index of the entry called name, left in IMAGE_ENTRY; -ENOENT, -EIO, -EBLOCKED. */
export function image_dir_find(inode: Inode, count: u32, name: usize, len: i32): i32 {
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    const error = image_dir_entry(inode, middle);
    if (error) return error;
    const order = compare(name, len);
    if (order == 0) return middle as i32;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return -ENOENT;
}

/** Order of the n bytes at name relative to the entry's name. */
function compare(name: usize, n: i32): i32 {
  const m = changetype<ImageEntry>(IMAGE_ENTRY).nameLen as i32;
  const common = n < m ? n : m;
  for (let i: usize = 0; i < (common as usize); i++) {
    const d = (load<u8>(name + i) as i32) - (load<u8>(IMAGE_ENTRY_NAME + i) as i32);
    if (d) return d;
  }
  return n - m;
}
