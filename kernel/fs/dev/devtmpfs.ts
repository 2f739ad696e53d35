// The contents of /dev at boot.
import { ENOMEM } from '../../../abi/linux/errno.ts';
import { S_IFCHR, S_IFDIR, S_IFLNK } from '../../../abi/linux/stat.ts';
import { cstr, str_len } from '../../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { kmalloc } from '../../lib/slab.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { box_make } from '../boxfs/names.ts';
import {
  DEV_CONSOLE,
  DEV_FULL,
  DEV_NULL,
  DEV_RANDOM,
  DEV_SNAPSHOT,
  DEV_TTY,
  DEV_URANDOM,
  DEV_WBX,
  DEV_ZERO,
} from './numbers.ts';

const EVERYBODY: u32 = S_IFCHR | 0o666;

/** Fills the root directory of /dev: 0 or -ENOMEM. */
export function devtmpfs_populate(root: Dentry): i32 {
  let error = node(root, cstr('null'), DEV_NULL, EVERYBODY);
  if (!error) error = node(root, cstr('zero'), DEV_ZERO, EVERYBODY);
  if (!error) error = node(root, cstr('full'), DEV_FULL, EVERYBODY);
  if (!error) error = node(root, cstr('random'), DEV_RANDOM, EVERYBODY);
  if (!error) error = node(root, cstr('urandom'), DEV_URANDOM, EVERYBODY);
  if (!error) error = node(root, cstr('tty'), DEV_TTY, EVERYBODY);
  if (!error) error = node(root, cstr('console'), DEV_CONSOLE, EVERYBODY);
  if (!error) error = node(root, cstr('wbx'), DEV_WBX, EVERYBODY);
  if (!error) error = node(root, cstr('snapshot'), DEV_SNAPSHOT, S_IFCHR | 0o600);
  if (!error) error = link(root, cstr('fd'), cstr('/proc/self/fd'));
  if (!error) error = link(root, cstr('stdin'), cstr('/proc/self/fd/0'));
  if (!error) error = link(root, cstr('stdout'), cstr('/proc/self/fd/1'));
  if (!error) error = link(root, cstr('stderr'), cstr('/proc/self/fd/2'));
  if (!error) error = link(root, cstr('core'), cstr('/proc/kcore'));
  if (!error) error = link(root, cstr('ptmx'), cstr('pts/ptmx'));
  if (!error) error = made(box_make(root, cstr('pts'), 3, S_IFDIR | 0o755, 0));
  if (!error) error = made(box_make(root, cstr('shm'), 3, S_IFDIR | 0o1777, 0));
  return error;
}

function made(d: usize): i32 {
  return IS_ERR(d) ? PTR_ERR(d) : 0;
}

function node(root: Dentry, name: usize, rdev: u32, mode: u32): i32 {
  const d = box_make(root, name, str_len(name), mode, rdev);
  if (IS_ERR(d)) return PTR_ERR(d);
  const inode = changetype<Dentry>(d).inode;
  inode.uid = inode.gid = 0;
  return 0;
}

function link(root: Dentry, name: usize, target: usize): i32 {
  const len = str_len(target);
  const text = kmalloc((len as usize) + 1);
  if (!text) return -ENOMEM;
  memory.copy(text, target, len as usize);
  const d = box_make(root, name, str_len(name), S_IFLNK | 0o777, 0);
  if (IS_ERR(d)) return PTR_ERR(d);
  const inode = changetype<Dentry>(d).inode;
  inode.data = text;
  inode.size = len as u64;
  inode.uid = inode.gid = 0;
  return 0;
}
