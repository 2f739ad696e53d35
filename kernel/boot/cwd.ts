// The working directory of pid 1. Like Docker, a box makes what is missing of it, owned by root.
import { BOOT_CWD } from '../../abi/boot.ts';
import { AT_FDCWD, PATH_MAX } from '../../abi/linux/fcntl.ts';
import { S_IFDIR } from '../../abi/linux/stat.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { str_len } from '../lib/bytes.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { CAP_ALL, Cred } from '../task/cred.ts';
import { Task } from '../task/task.ts';
import { fsctx_current, fsctx_set_cwd } from '../vfs/fsctx.ts';
import { create_at } from '../vfs/names.ts';
import { WALK_DIRECTORY, WALK_FOLLOW, WALK_PARENT, path_walk, walk_primary } from '../vfs/walk.ts';
import { boot_ptr } from './block.ts';
import { ENAMETOOLONG, ENOMEM } from '../../abi/linux/errno.ts';

const SLASH: u8 = 0x2f;

/** Changes t, which is current and alone, to the box's working directory: 0, -EBLOCKED* (repeat) or -errno. */
export function boot_cwd(t: Task): i32 {
  const length = str_len(boot_ptr(BOOT_CWD));
  if (length >= PATH_MAX) return -ENAMETOOLONG;
  const path = kmalloc(PATH_MAX);
  if (!path) return -ENOMEM;
  memory.copy(path, boot_ptr(BOOT_CWD), (length as usize) + 1);
  const cred = t.cred;
  const effective = cred.effective;
  const fsuid = cred.fsuid;
  const fsgid = cred.fsgid;
  become_root(cred);
  let error = make_parts(path);
  if (!error) error = change_to(path);
  kfree(path);
  cred.effective = effective;
  cred.fsuid = fsuid;
  cred.fsgid = fsgid;
  return error;
}

function become_root(cred: Cred): void {
  cred.effective = CAP_ALL;
  cred.fsuid = 0;
  cred.fsgid = 0;
}

/** Makes each directory on the way that does not exist. */
function make_parts(path: usize): i32 {
  for (let end = path + 1; load<u8>(end - 1); end++) {
    const c = load<u8>(end);
    if (c && c != SLASH) continue;
    store<u8>(end, 0);
    const error = make_directory(path);
    store<u8>(end, c);
    if (error) return error;
    if (!c) break;
  }
  return 0;
}

function make_directory(path: usize): i32 {
  const w = walk_primary();
  const error = path_walk(w, AT_FDCWD, path, WALK_PARENT);
  if (error || !w.dentry.isNull()) return error;
  const made = create_at(w, S_IFDIR | 0o755, 0);
  return IS_ERR(made) ? PTR_ERR(made) : 0;
}

function change_to(path: usize): i32 {
  const w = walk_primary();
  const error = path_walk(w, AT_FDCWD, path, WALK_FOLLOW | WALK_DIRECTORY);
  if (!error) fsctx_set_cwd(fsctx_current(), w.mount, w.dentry);
  return error;
}
