// Files without a name: O_TMPFILE and memfd_create(2).
import { EINVAL, ENOMEM, EOPNOTSUPP } from '../../abi/linux/errno.ts';
import { O_ACCMODE, O_DIRECTORY, O_EXCL, O_NOFOLLOW } from '../../abi/linux/fcntl.ts';
import { S_IFREG } from '../../abi/linux/stat.ts';
import { box_new_inode } from '../fs/boxfs/names.ts';
import { ERR_PTR } from '../lib/err.ts';
import { put_dec } from '../lib/bytes.ts';
import { DENTRY_DELETED, dentry_new } from './dentry.ts';
import { fsctx_current } from './fsctx.ts';
import { INODE_BOX, inode_put } from './inode.ts';
import { open_place } from './open.ts';
import { may_create } from './permission.ts';
import { WALK_DIRECTORY, WALK_FOLLOW, Walk, path_walk } from './walk.ts';

/** The name that /proc shows: '#' and the inode number, as Linux's file systems do. */
const NAME: usize = memory.data(24, 8);

/** Opens an unnamed file in the directory `path`: File ptr or ERR_PTR. */
export function open_tmpfile(w: Walk, dirfd: i32, path: usize, flags: i32, mode: u32): usize {
  if (!(flags & O_DIRECTORY)) return ERR_PTR(-EINVAL);
  if (!(flags & O_ACCMODE)) return ERR_PTR(-EINVAL);
  const follow = flags & O_NOFOLLOW ? 0 : WALK_FOLLOW;
  let error = path_walk(w, dirfd, path, follow | WALK_DIRECTORY);
  if (!error) error = may_create(w.mount, w.dentry.inode);
  if (!error && w.dentry.inode.kind != INODE_BOX) error = -EOPNOTSUPP;
  if (error) return ERR_PTR(error);
  const inode = box_new_inode(w.dentry.inode, S_IFREG | (mode & ~fsctx_current().umask));
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  inode.nlink = 0;
  store<u8>(NAME, 0x23);
  const d = dentry_new(w.dentry, NAME, put_dec(NAME + 1, inode.ino) + 1, inode);
  inode_put(inode);
  if (d.isNull()) return ERR_PTR(-ENOMEM);
  d.flags |= DENTRY_DELETED;
  return open_place(w.mount, d, flags & ~(O_DIRECTORY | O_EXCL), true);
}
