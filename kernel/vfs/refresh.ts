// Attributes that somebody outside of the box may have changed.
import { host_refresh } from '../fs/hostfs/lookup.ts';
import { INODE_HOST, Inode } from './inode.ts';

/** Brings them up to date: 0 or -errno (-EBLOCKED*). */
export function inode_refresh(inode: Inode): i32 {
  return inode.kind == INODE_HOST ? host_refresh(inode) : 0;
}
