// The working directory of pid 1. Like Docker, missing directories on the way are made.
import { BOOT_CWD } from '../../abi/boot.ts';
import { ENOENT, ENOMEM } from '../../abi/linux/errno.ts';
import { AT_FDCWD } from '../../abi/linux/fcntl.ts';
import { S_IFDIR } from '../../abi/linux/stat.ts';
import { str_len } from '../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { fsctx_current, fsctx_set_cwd } from '../vfs/fsctx.ts';
import { create_at } from '../vfs/names.ts';
import { WALK_DIRECTORY, WALK_FOLLOW, WALK_PARENT, path_walk, walk_primary } from '../vfs/walk.ts';
import { boot_ptr, boot_u32 } from './block.ts';

const SLASH = 0x2f;

/** Moves pid 1, which is current, to BOOT_CWD: 0, -EBLOCKED* (repeat) or -errno. */
export function boot_workdir(): i32 {
  const path = boot_ptr(BOOT_CWD);
  if (!boot_u32(BOOT_CWD) || !load<u8>(path)) return 0;
  let error = path_walk(walk_primary(), AT_FDCWD, path, WALK_FOLLOW | WALK_DIRECTORY);
  if (error == -ENOENT) {
    error = make_directories(path);
    if (!error) error = path_walk(walk_primary(), AT_FDCWD, path, WALK_FOLLOW | WALK_DIRECTORY);
  }
  if (error) return error;
  const w = walk_primary();
  fsctx_set_cwd(fsctx_current(), w.mount, w.dentry);
  return 0;
}

/** mkdir -p; what is there already stays. */
function make_directories(path: usize): i32 {
  const length = str_len(path);
  const prefix = kmalloc((length as usize) + 1);
  if (!prefix) return -ENOMEM;
  let error = 0;
  for (let i = 1; i <= length && !error; i++) {
    const end = i == length || load<u8>(path + i) == SLASH;
    if (!end || load<u8>(path + i - 1) == SLASH) continue;
    memory.copy(prefix, path, i as usize);
    store<u8>(prefix + i, 0);
    error = make_directory(prefix);
  }
  kfree(prefix);
  return error;
}

function make_directory(path: usize): i32 {
  const w = walk_primary();
  const error = path_walk(w, AT_FDCWD, path, WALK_PARENT);
  if (error || !w.dentry.isNull()) return error;
  const made = create_at(w, S_IFDIR | 0o755, 0);
  return IS_ERR(made) ? PTR_ERR(made) : 0;
}
