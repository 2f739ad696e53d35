// /sys as far as programs look without a device in mind: empty class, block and devices directories.
import { SYSFS_MAGIC } from '../../abi/linux/statfs.ts';
import { S_IFDIR } from '../../abi/linux/stat.ts';
import { cstr, str_len } from '../lib/bytes.ts';
import { IS_ERR } from '../lib/err.ts';
import { Dentry } from '../vfs/dentry.ts';
import { SuperBlock } from '../vfs/super_block.ts';
import { tmpfs_new } from './boxfs/lookup.ts';
import { box_make } from './boxfs/names.ts';

/** SuperBlock ptr or ERR_PTR(-ENOMEM). */
export function sysfs_super(): usize {
  const sb = tmpfs_new(cstr('sysfs'), SYSFS_MAGIC, 0o555);
  if (IS_ERR(sb)) return sb;
  const root = changetype<Dentry>(changetype<SuperBlock>(sb).root);
  directory(root, cstr('block'));
  directory(root, cstr('class'));
  directory(root, cstr('devices'));
  directory(root, cstr('fs'));
  directory(root, cstr('kernel'));
  return sb;
}

function directory(parent: Dentry, name: usize): void {
  box_make(parent, name, str_len(name), S_IFDIR | 0o755, 0);
}
