// Mount options of a tmpfs: size=, mode=, uid=, gid=, nr_inodes=. tmpfs(5).
import { cstr, mem_chr, mem_is, parse_dec, str_len } from '../lib/bytes.ts';
import { Dentry } from './dentry.ts';
import { SuperBlock } from './super_block.ts';

/** Applies comma-separated options to a new tmpfs; false = one is unknown or malformed. */
export function tmpfs_options(sb: SuperBlock, text: usize): bool {
  while (load<u8>(text)) {
    let n = mem_chr(text, 0x2c, str_len(text));
    const last = n < 0;
    if (last) n = str_len(text);
    const equals = mem_chr(text, 0x3d, n);
    if (n && !option(sb, text, equals < 0 ? n : equals, text + (equals as usize) + 1, equals < 0 ? 0 : n - equals - 1))
      return false;
    if (last) return true;
    text += (n as usize) + 1;
  }
  return true;
}

function option(sb: SuperBlock, name: usize, nameLen: i32, value: usize, len: i32): bool {
  const inode = changetype<Dentry>(sb.root).inode;
  if (mem_is(name, nameLen, cstr('mode'))) {
    const mode = octal(value, len);
    if (mode < 0) return false;
    inode.mode = (inode.mode & ~0o7777) | (mode as u32);
    return true;
  }
  if (mem_is(name, nameLen, cstr('size'))) {
    const pages = size_in_pages(value, len);
    sb.pageLimit = pages as u32;
    return pages >= 0;
  }
  const number = parse_dec(value, len);
  if (mem_is(name, nameLen, cstr('uid')) && number >= 0) inode.uid = number as u32;
  else if (mem_is(name, nameLen, cstr('gid')) && number >= 0) inode.gid = number as u32;
  else return mem_is(name, nameLen, cstr('nr_inodes')) && number >= 0;
  return true;
}

function octal(p: usize, n: i32): i32 {
  let v = 0;
  for (let i = 0; i < n; i++) {
    const digit = (load<u8>(p + (i as usize)) as i32) - 0x30;
    if (digit < 0 || digit > 7) return -1;
    v = v * 8 + digit;
  }
  return n && v <= 0o7777 ? v : -1;
}

/** "65536", "64k", "1m", "1g" in pages of 4 KiB, rounded up; -1 = malformed. */
function size_in_pages(p: usize, n: i32): i64 {
  if (!n) return -1;
  const unit = load<u8>(p + (n as usize) - 1) | 0x20;
  const shift: i64 = unit == 0x6b ? 10 : unit == 0x6d ? 20 : unit == 0x67 ? 30 : 0;
  const v = parse_dec(p, shift ? n - 1 : n) as i64;
  return v < 0 ? -1 : ((v << shift) + 4095) >> 12;
}
