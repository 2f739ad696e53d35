// Where a process stands in the file system: root, working directory, umask; shared by CLONE_FS.
// Invariant: root and cwd are referenced: dentry and mount.
import { kfree, kmalloc } from '../lib/slab.ts';
import { current } from '../task/task.ts';
import { Dentry, dentry_get, dentry_put } from './dentry.ts';
import { Mount, mount_put } from './mount.ts';

@unmanaged
export class FsCtx {
  refs: u32;
  umask: u32;
  rootMount: Mount;
  root: Dentry;
  cwdMount: Mount;
  cwd: Dentry;
}

/** That of the current task. */
export function fsctx_current(): FsCtx {
  return changetype<FsCtx>(current().fsctx);
}

/** Root and working directory at the root of a mount; FsCtx ptr, 0 = no memory. */
export function fsctx_new(m: Mount): usize {
  const ctx = changetype<FsCtx>(kmalloc(offsetof<FsCtx>()));
  if (!changetype<usize>(ctx)) return 0;
  ctx.refs = 1;
  ctx.umask = 0o022;
  m.refs += 2;
  ctx.rootMount = ctx.cwdMount = m;
  ctx.root = dentry_get(m.root);
  ctx.cwd = dentry_get(m.root);
  return changetype<usize>(ctx);
}

/** A copy for fork; 0 = no memory. */
export function fsctx_clone(p: usize): usize {
  const old = changetype<FsCtx>(p);
  const ctx = changetype<FsCtx>(kmalloc(offsetof<FsCtx>()));
  if (!changetype<usize>(ctx)) return 0;
  memory.copy(changetype<usize>(ctx), p, offsetof<FsCtx>());
  ctx.refs = 1;
  ctx.rootMount.refs++;
  ctx.cwdMount.refs++;
  dentry_get(ctx.root);
  dentry_get(ctx.cwd);
  return changetype<usize>(ctx);
}

export function fsctx_get(p: usize): usize {
  changetype<FsCtx>(p).refs++;
  return p;
}

export function fsctx_put(p: usize): void {
  const ctx = changetype<FsCtx>(p);
  if (--ctx.refs) return;
  mount_put(ctx.rootMount);
  mount_put(ctx.cwdMount);
  dentry_put(ctx.root);
  dentry_put(ctx.cwd);
  kfree(p);
}

export function fsctx_set_cwd(ctx: FsCtx, m: Mount, d: Dentry): void {
  m.refs++;
  dentry_get(d);
  mount_put(ctx.cwdMount);
  dentry_put(ctx.cwd);
  ctx.cwdMount = m;
  ctx.cwd = d;
}

export function fsctx_set_root(ctx: FsCtx, m: Mount, d: Dentry): void {
  m.refs++;
  dentry_get(d);
  mount_put(ctx.rootMount);
  dentry_put(ctx.root);
  ctx.rootMount = m;
  ctx.root = d;
}
