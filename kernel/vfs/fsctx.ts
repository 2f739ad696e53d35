// Where a process stands in the file system: root, working directory, umask; shared by CLONE_FS.

export function fsctx_clone(ctx: usize): usize {
  unreachable();
  return 0;
}

export function fsctx_get(ctx: usize): usize {
  unreachable();
  return 0;
}

export function fsctx_put(ctx: usize): void {
  unreachable();
}
