// Files that the boot block brings along (mounts of type "file", their content in place of options): /etc/hosts and its
// like. Invariant: each is bound over the image's, so that it is none of the changes that make a layer.
import { TMPFS_MAGIC } from '../../abi/linux/statfs.ts';
import { S_IFREG } from '../../abi/linux/stat.ts';
import { ENOMEM } from '../../abi/linux/errno.ts';
import { fs_make } from '../fs/names.ts';
import { tmpfs_new } from '../fs/boxfs/lookup.ts';
import { cstr, put_dec, str_len } from '../lib/bytes.ts';
import { IS_BLOCKED, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { Dentry } from './dentry.ts';
import { iter_kernel } from './iter.ts';
import { mount_add } from './mount.ts';
import { find_or_make } from './mount_boot.ts';
import { regular_write } from './regular.ts';
import { SuperBlock } from './super_block.ts';
import { walk_primary } from './walk.ts';

const NAME: usize = memory.data(16, 1);
/** The tmpfs that holds the files: SuperBlock ptr, and how many there are. */
const SUPER: usize = memory.data(4, 4);
const COUNT: usize = memory.data(4, 4);

/** Puts a file with that content over target: 0, -errno or -EBLOCKED*. Without its directory in the image it is left out. */
export function mount_file(target: usize, content: usize): i32 {
  const missing = find_or_make(target, S_IFREG | 0o644);
  if (missing) return IS_BLOCKED(missing) ? missing : 0;
  const at = walk_primary();
  if (at.dentry.inode.isDir()) return 0;
  if (!load<u32>(SUPER)) {
    const made = tmpfs_new(cstr('tmpfs'), TMPFS_MAGIC, 0o755);
    if (IS_ERR(made)) return PTR_ERR(made);
    store<u32>(SUPER, made as u32);
  }
  const sb = changetype<SuperBlock>(load<u32>(SUPER) as usize);
  const len = put_dec(NAME, load<u32>(COUNT) as u64);
  const d = fs_make(changetype<Dentry>(sb.root), NAME, len, S_IFREG | 0o644, 0, 0);
  if (IS_ERR(d)) return PTR_ERR(d);
  const file = changetype<Dentry>(d);
  const size = str_len(content) as u64;
  if (size && regular_write(file.inode, 0, iter_kernel(content, size)) != (size as i64)) return -ENOMEM;
  store<u32>(COUNT, load<u32>(COUNT) + 1);
  const m = mount_add(sb, file, at.mount, at.dentry, 0, sb.name);
  return IS_ERR(m) ? PTR_ERR(m) : 0;
}
