// File descriptors of a process: an array of files, shared by CLONE_FILES.
// Invariant: a used slot owns one reference to its file.

/** The file behind fd of the current task, not referenced for the caller, or 0. */
export function fd_get(fd: i32): usize {
  unreachable();
  return 0;
}

/** Puts file (whose reference passes to the table) into the lowest free slot >= min: fd, -EMFILE or -ENOMEM. */
export function fd_install(file: usize, min: i32, closeOnExec: bool): i32 {
  unreachable();
  return 0;
}

export function fdtable_new(): usize {
  unreachable();
  return 0;
}

/** A copy for fork: same files, one more reference each. 0 = no memory. */
export function fdtable_clone(table: usize): usize {
  unreachable();
  return 0;
}

export function fdtable_get(table: usize): usize {
  unreachable();
  return 0;
}

export function fdtable_put(table: usize): void {
  unreachable();
}

export function fdtable_close_on_exec(table: usize): void {
  unreachable();
}
