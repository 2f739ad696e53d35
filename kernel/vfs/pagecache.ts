// Pages of file contents, kept per inode.
// Invariant: a page in the cache owns one reference to its frame; a dirty page is the only copy of its bytes.

/** Frame of page `index` with a reference for the caller; ERR_PTR(-EBLOCKED) while it is being read, ERR_PTR(-EFAULT)
 * behind the end of the file, ERR_PTR(-ENOSPC | -EIO | -ENOMEM). Bytes behind the end of the file are zero. */
export function pagecache_get(inode: usize, index: u32): usize {
  unreachable();
  return 0;
}

/** Announces a store through a shared mapping to page `index`, which is cached: marks it dirty. 0 or -ENOSPC. */
export function pagecache_mkwrite(inode: usize, index: u32): i32 {
  unreachable();
  return 0;
}
