// The file system as pid 1 finds it: root file system, /proc, /sys, /dev, /dev/pts, /dev/shm, and descriptors 0..2.
import { BOOT_CHUNK_COUNT, BOOT_LENGTH, BOOT_UPPER_LIMIT } from '../../abi/boot.ts';
import { ENOMEM } from '../../abi/linux/errno.ts';
import { OVERLAYFS_SUPER_MAGIC, TMPFS_MAGIC } from '../../abi/linux/statfs.ts';
import { boot_block, boot_u32 } from '../boot/block.ts';
import { boot_stdio } from '../fs/dev/stdio.ts';
import { rootfs_new, tmpfs_new } from '../fs/boxfs/lookup.ts';
import { chunks_open } from '../fs/image/chunk.ts';
import { cstr } from '../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { Task } from '../task/task.ts';
import { Dentry } from './dentry.ts';
import { fdtable_new } from './fdtable.ts';
import { fsctx_new } from './fsctx.ts';
import { Mount, mount_add, mounts_first } from './mount.ts';
import { mount_standard } from './mount_boot.ts';
import { mount_requested } from './mount_requested.ts';
import { SuperBlock } from './super_block.ts';
import { upper_set_limit } from './upper.ts';

/** Mounts everything and gives task (pid 1, current) its fsctx and fdtable. 0, -errno or -EBLOCKED* (call again later). */
export function vfs_boot(p: usize): i32 {
  const task = changetype<Task>(p);
  if (mounts_first().isNull()) {
    const error = mount_root();
    if (error) return error;
  }
  if (!task.fsctx) task.fsctx = fsctx_new(mounts_first());
  if (!task.fsctx) return -ENOMEM;
  let error = mount_standard();
  if (!error) error = mount_requested();
  if (error) return error;
  task.fdtable = fdtable_new();
  return task.fdtable ? boot_stdio() : -ENOMEM;
}

/** The root file system: over the image, or an empty tmpfs when the box has none. */
function mount_root(): i32 {
  let sb: usize;
  if (boot_u32(BOOT_CHUNK_COUNT)) {
    const block = boot_block();
    const error = chunks_open(block, boot_u32(BOOT_LENGTH));
    if (error) return error;
    sb = rootfs_new(cstr('overlay'), OVERLAYFS_SUPER_MAGIC);
  } else sb = tmpfs_new(cstr('tmpfs'), TMPFS_MAGIC, 0o755);
  if (IS_ERR(sb)) return PTR_ERR(sb);
  upper_set_limit(boot_u32(BOOT_UPPER_LIMIT));
  const root = changetype<SuperBlock>(sb);
  const none = changetype<Dentry>(0);
  const m = mount_add(root, changetype<Dentry>(root.root), changetype<Mount>(0), none, 0, root.name);
  return IS_ERR(m) ? PTR_ERR(m) : 0;
}
