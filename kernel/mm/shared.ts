// Pages of a MAP_SHARED | MAP_ANONYMOUS mapping: what the processes that inherited it share. Made on first touch, kept
// until the last mapping is gone. System V segments hold such pages too. The index is a page table keyed by byte offset.
import { kfree, kmalloc } from '../lib/slab.ts';
import { PAGE_SIZE } from '../../abi/box.ts';
import { frame_alloc_user, frame_get, frame_put } from './frame.ts';
import { PTE_FRAME, PTE_PRESENT, PT_ROOT_SIZE, pt_entry, pt_entry_alloc, pt_free, pt_skip } from './page_table.ts';

const REFS: usize = PT_ROOT_SIZE;
const WATCH: usize = PT_ROOT_SIZE + 4; // word of the watcher, or 0
const SHARED_SIZE: usize = PT_ROOT_SIZE + 8;

/** Without pages, with one reference; 0 = out of memory. */
export function shared_new(): usize {
  const s = kmalloc(SHARED_SIZE);
  if (s) store<u32>(s, 1, REFS);
  return s;
}

export function shared_get(s: usize): void {
  store<u32>(s, load<u32>(s, REFS) + 1, REFS);
}

/** The word at `watch`, which must outlive the pages, becomes 0 when they go. */
export function shared_watch(s: usize, watch: usize): void {
  store<usize>(s, watch, WATCH);
}

/** What shared_watch was given; of System V segments alone. */
export function shared_watcher(s: usize): usize {
  return load<usize>(s, WATCH);
}

export function shared_refs(s: usize): u32 {
  return load<u32>(s, REFS);
}

export function shared_put(s: usize): void {
  const refs = load<u32>(s, REFS) - 1;
  store<u32>(s, refs, REFS);
  if (refs) return;
  const watch = load<usize>(s, WATCH);
  if (watch) store<usize>(watch, 0);
  pt_free(s);
  kfree(s);
}

/** The frame at byte offset, with a reference for the caller; 0 = out of memory. */
export function shared_page(s: usize, offset: u64): usize {
  const e = pt_entry_alloc(s, offset);
  if (!e) return 0;
  let frame = (load<u32>(e) & PTE_FRAME) as usize;
  if (!frame) {
    frame = frame_alloc_user();
    if (!frame) return 0;
    memory.fill(frame, 0, PAGE_SIZE);
    store<u32>(e, (frame as u32) | PTE_PRESENT);
  }
  frame_get(frame);
  return frame;
}

/** Forgets the pages of [start, end): they read as zeros again. Mappings must have been zapped. */
export function shared_drop(s: usize, start: u64, end: u64): void {
  for (let at = start; at < end; ) {
    const e = pt_entry(s, at);
    if (!e) {
      at = pt_skip(s, at);
      continue;
    }
    const frame = (load<u32>(e) & PTE_FRAME) as usize;
    store<u32>(e, 0);
    if (frame) frame_put(frame);
    at += 0x1000;
  }
}
