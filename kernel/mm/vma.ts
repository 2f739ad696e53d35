// Virtual memory areas: half-open, page-aligned, non-overlapping ranges with one set of rights and one backing each.
// Invariant: a vma owns one reference to its file or its shared pages. mm/vma_set.ts keeps them sorted.
import { kfree, kmalloc } from '../lib/slab.ts';
import { file_get, file_put } from '../vfs/file.ts';
import { shared_get, shared_put } from './shared.ts';

// 0 start u64 | 8 end u64 | 16 offset u64 | 24 file ptr | 28 shared ptr | 32 flags u32
@unmanaged
export class Vma {
  start: u64;
  end: u64;
  offset: u64; // bytes into file or shared pages at start
  file: usize; // File with a reference, or 0
  shared: usize; // SharedPages with a reference (MAP_SHARED | MAP_ANONYMOUS), or 0
  flags: u32; // VM_*
}

export const VM_READ: u32 = 1;
export const VM_WRITE: u32 = 2;
export const VM_EXEC: u32 = 4;
export const VM_SHARED: u32 = 8;
export const VM_GROWSDOWN: u32 = 16;
export const VM_LOCKED: u32 = 32;
export const VM_DONTFORK: u32 = 64;
export const VM_WIPEONFORK: u32 = 128;
export const VM_NORESERVE: u32 = 256;
export const VM_DONTDUMP: u32 = 512;
/** The file may be written through this mapping (it was opened for writing): mprotect may add PROT_WRITE. */
export const VM_MAYWRITE: u32 = 1024;
export const VM_ACCESS: u32 = VM_READ | VM_WRITE | VM_EXEC;

/** A copy of what `from` describes with its own references; 0 = out of memory. */
export function vma_copy(from: Vma): Vma {
  const v = changetype<Vma>(kmalloc(offsetof<Vma>()));
  if (!changetype<usize>(v)) return v;
  memory.copy(changetype<usize>(v), changetype<usize>(from), offsetof<Vma>());
  if (v.file) file_get(v.file);
  if (v.shared) shared_get(v.shared);
  return v;
}

export function vma_free(v: Vma): void {
  if (v.file) file_put(v.file);
  if (v.shared) shared_put(v.shared);
  kfree(changetype<usize>(v));
}

/** May a and b, adjacent in this order, be one? As Linux's can_vma_merge: the same backing, continued, and the same flags. */
export function vma_mergeable(a: Vma, b: Vma): bool {
  if (a.end != b.start || a.flags != b.flags || a.file != b.file || a.shared != b.shared) return false;
  return (!a.file && !a.shared) || a.offset + (a.end - a.start) == b.offset;
}

export function vma_pages(v: Vma): u64 {
  return (v.end - v.start) >> 12;
}
