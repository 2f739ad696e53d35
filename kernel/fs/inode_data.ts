// The end of an inode: everything that hangs from it.
import { S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from '../../abi/linux/stat.ts';
import { kfree } from '../lib/slab.ts';
import { INODE_BOX, INODE_HOST, INODE_NAMESPACE, INODE_PROC, Inode } from '../vfs/inode.ts';
import { locks_free } from '../vfs/locks.ts';
import { notify_end } from '../vfs/notify.ts';
import { pagecache_free } from '../vfs/pagecache.ts';
import { directory_free } from './boxfs/directory.ts';
import { node_free } from './hostfs/node.ts';
import { namespace_inode_free } from './nsfs.ts';
import { pipe_free } from './pipe.ts';

/** Nobody refers to the inode any more. */
export function inode_free(inode: Inode): void {
  if (inode.watches) notify_end(inode);
  if (inode.kind == INODE_BOX && inode.imageIno) store<u32>(inode.sb.imageInodes + (inode.imageIno as usize) * 4, 0);
  switch (inode.type()) {
    case S_IFREG:
      if (inode.flags & INODE_NAMESPACE) namespace_inode_free(inode);
      else pagecache_free(inode);
      break;
    case S_IFDIR:
      if (inode.kind != INODE_PROC && inode.data) directory_free(inode.data);
      break;
    case S_IFLNK:
      if (inode.kind != INODE_PROC) kfree(inode.data);
      break;
    case S_IFIFO:
      if (inode.data) pipe_free(inode.data);
      break;
  }
  if (inode.kind == INODE_HOST) node_free(inode);
  locks_free(inode);
  kfree(inode.xattrs);
  inode.sb.inodes--;
  kfree(changetype<usize>(inode));
}
