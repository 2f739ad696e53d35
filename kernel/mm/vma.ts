// Virtual memory areas: half-open, page-aligned, non-overlapping ranges with one set of rights and one backing each.

@unmanaged
export class Vma {
  start: u64;
  end: u64;
  offset: u64; // bytes into file or shared object at start
  file: usize; // File with a reference, or 0
  shared: usize; // SharedPages with a reference (MAP_SHARED | MAP_ANONYMOUS), or 0
  flags: u32; // VM_*
}

export const VM_READ = 1;
export const VM_WRITE = 2;
export const VM_EXEC = 4;
export const VM_SHARED = 8;
export const VM_GROWSDOWN = 16;
export const VM_LOCKED = 32;
export const VM_DONTFORK = 64;
export const VM_WIPEONFORK = 128;
export const VM_NORESERVE = 256;
export const VM_DONTDUMP = 512;
