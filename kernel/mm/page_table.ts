// Radix tree from virtual page to frame: 47 bits of address as 5 + 10 + 10 + 10 bits of index and 12 of offset. The root
// (PT_ROOT_SIZE bytes) is embedded in its owner, every other table is one frame of 1024 u32 entries.
// Leaf entry: frame pointer | PTE_*; 0 = nothing there. PTE_WRITE is only set while a store needs no attention: the area
// is writable and the frame is shared on purpose or the owner's alone.
import { frame_alloc_zeroed, frame_put } from './frame.ts';

export const PTE_PRESENT: u32 = 1;
export const PTE_WRITE: u32 = 2;
export const PTE_EXEC: u32 = 4;
export const PTE_READ: u32 = 8;
export const PTE_FRAME: u32 = 0xfffff000;

export const PT_ROOT_SIZE: usize = 128;
/** First address behind the guest's half. */
export const VA_END: u64 = 0x800000000000;

const LEAF_BYTES: u64 = 1 << 22; // what one leaf table maps

function slot(table: usize, va: u64, shift: u32): usize {
  return table + ((((va >> shift) as usize) & 1023) << 2);
}

/** Address of va's leaf entry, or 0 when a table on the way is missing. */
export function pt_entry(root: usize, va: u64): usize {
  let t = load<u32>(root + (((va >> 42) as usize) << 2)) as usize;
  if (!t) return 0;
  t = load<u32>(slot(t, va, 32)) as usize;
  if (!t) return 0;
  t = load<u32>(slot(t, va, 22)) as usize;
  return t ? slot(t, va, 12) : 0;
}

/** The same, making the missing tables; 0 = out of memory. */
export function pt_entry_alloc(root: usize, va: u64): usize {
  let t = table_at(root + (((va >> 42) as usize) << 2));
  if (t) t = table_at(slot(t, va, 32));
  if (t) t = table_at(slot(t, va, 22));
  return t ? slot(t, va, 12) : 0;
}

function table_at(p: usize): usize {
  let t = load<u32>(p) as usize;
  if (!t) {
    t = frame_alloc_zeroed();
    store<u32>(p, t as u32);
  }
  return t;
}

/** The next address behind the hole that va's missing table leaves; va's entry must be missing. */
export function pt_skip(root: usize, va: u64): u64 {
  let t = load<u32>(root + (((va >> 42) as usize) << 2)) as usize;
  if (!t) return (va | 0x3ffffffffff) + 1;
  t = load<u32>(slot(t, va, 32)) as usize;
  return t ? (va | 0x3fffff) + 1 : (va | 0xffffffff) + 1;
}

/** One past the last address whose entry lies in the same leaf table, at most end. */
export function pt_leaf_end(va: u64, end: u64): u64 {
  return min<u64>((va | (LEAF_BYTES - 1)) + 1, end);
}

/** Frees the leaf tables that lie wholly within [start, end), whose entries are all 0. */
export function pt_free_leaves(root: usize, start: u64, end: u64): void {
  let va = (start + LEAF_BYTES - 1) & ~(LEAF_BYTES - 1);
  while (va + LEAF_BYTES <= end) {
    const e = pt_entry(root, va);
    if (!e) {
      va = pt_skip(root, va);
      continue;
    }
    const parent = load<u32>(slot(load<u32>(root + (((va >> 42) as usize) << 2)) as usize, va, 32)) as usize;
    store<u32>(slot(parent, va, 22), 0);
    frame_put(e);
    va += LEAF_BYTES;
  }
}

/** Drops every reference to a frame and frees every table. */
export function pt_free(root: usize): void {
  free_tables(root, 32, 3);
}

function free_tables(table: usize, entries: u32, level: u32): void {
  for (let p = table, end = table + entries * 4; p < end; p += 4) {
    const t = load<u32>(p);
    if (!t) continue;
    store<u32>(p, 0);
    if (level) {
      free_tables(t as usize, 1024, level - 1);
    }
    frame_put((t & PTE_FRAME) as usize);
  }
}
