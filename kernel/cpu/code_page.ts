// Decoded instructions, cached per physical frame and therefore shared by every process that maps it.
// Invariant: a frame with a CodePage has FRAME_HAS_CODE and no TLB write tag, so every store to it comes to
// code_invalidate first. The run loop may stand in a page that is dropped: its records turn into OP_DECODE ("look up
// again") at once, its memory is freed when the next page is made, where nobody holds a pointer to a record.
//
// Runs of records lie in chunks of one frame; slots[offset] = 1 + the number of its record (chunk * 128 + index), 0 = none.
import { PAGE_SIZE } from '../../abi/box.ts';
import { INSN_OP, INSN_SIZE } from '../../abi/insn.ts';
import { OP_DECODE } from '../../isa/ops.gen.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { FRAME_DECODED, FRAME_HAS_CODE } from '../../abi/frame.ts';
import { frame_alloc, frame_clear_flags, frame_put, frame_set_flags, frames_alloc } from '../mm/frame.ts';
import { tlb_drop_write } from '../mm/tlb.ts';
import { code_forget_page, code_new_epoch } from './code_lookup.ts';
import { region_drop_page } from './region.ts';

/** Records of a chunk. */
export const CHUNK_RECORDS: u32 = 128;
/** Enough for every offset of a page once, with room for links between chunks; a page that needs more starts afresh. */
const MAX_CHUNKS: u32 = 40;
/** Frames that decoded code may occupy (32 MiB): about 1000 guest pages of dense code, 4 MiB of machine code. */
const MAX_FRAMES: u32 = 8192;
const BUCKETS: usize = 4096;
const BURY_BATCH: u32 = 8;

@unmanaged
export class CodePage {
  frame: usize;
  serial: u32; // never used twice (abi/translate.ts)
  regions: u32; // translated regions made from this page
  hashNext: usize; // CodePage of the same bucket
  next: usize; // towards newer pages, or in the graveyard
  prev: usize;
  slots: usize; // u16[4096]
  used: u32; // records handed out
  ahead: usize; // where its baked regions are listed (ahead.ts); 0 = nobody has looked, 1 = it has none
  chunks: usize; // ptr[MAX_CHUNKS] follow from here
}
const CODE_PAGE_SIZE: usize = offsetof<CodePage>() + 4 * 40;

@unmanaged
class CodeCache {
  oldest: usize;
  newest: usize;
  graveyard: usize;
  frames: u32;
  serial: u32; // of the newest page
}
const CACHE = memory.data(24, 8);
const BUCKET = memory.data(4096 * 4, 8);

function cache(): CodeCache {
  return changetype<CodeCache>(CACHE);
}

function bucket(frame: usize): usize {
  return BUCKET + (((frame >> 12) & (BUCKETS - 1)) << 2);
}

/** The decoded page of a frame, or 0. */
export function code_page_find(frame: usize): usize {
  let p = load<usize>(bucket(frame));
  while (p && changetype<CodePage>(p).frame != frame) p = changetype<CodePage>(p).hashNext;
  return p;
}

/** An empty decoded page for a frame that has none; 0 = out of memory. Frees what was dropped before. */
export function code_page_new(frame: usize): usize {
  bury(BURY_BATCH);
  if (cache().frames > MAX_FRAMES) code_shrink(MAX_FRAMES / 2);
  const p = kmalloc(CODE_PAGE_SIZE);
  if (!p) return 0;
  const page = changetype<CodePage>(p);
  page.slots = frames_alloc(1);
  if (!page.slots) {
    kfree(p);
    return 0;
  }
  frame_set_flags(page.slots, FRAME_DECODED);
  memory.fill(page.slots, 0, 2 * PAGE_SIZE);
  cache().frames += 2;
  page.frame = frame;
  page.serial = ++cache().serial;
  const head = bucket(frame);
  page.hashNext = load<usize>(head);
  store<usize>(head, p);
  append(p);
  frame_set_flags(frame, FRAME_HAS_CODE);
  tlb_drop_write(frame);
  return p;
}

function append(p: usize): void {
  const c = cache();
  changetype<CodePage>(p).prev = c.newest;
  if (c.newest) changetype<CodePage>(c.newest).next = p;
  else c.oldest = p;
  c.newest = p;
}

/** Record by number; the chunk exists. */
export function code_record(page: CodePage, number: u32): usize {
  return load<usize>(chunk_slot(page, number / CHUNK_RECORDS)) + (((number % CHUNK_RECORDS) * INSN_SIZE) as usize);
}

function chunks_of(page: CodePage): u32 {
  return (page.used + (CHUNK_RECORDS - 1)) / CHUNK_RECORDS;
}

function chunk_slot(page: CodePage, chunk: u32): usize {
  return changetype<usize>(page) + offsetof<CodePage>('chunks') + ((chunk as usize) << 2);
}

/** Records left in the page's last chunk. */
export function code_room(page: CodePage): u32 {
  return (0 - page.used) % CHUNK_RECORDS;
}

/** Gives the page, whose last chunk is finished, another one; false = full or out of memory. */
export function code_grow(page: CodePage): bool {
  const chunk = page.used / CHUNK_RECORDS;
  if (chunk == MAX_CHUNKS) return false;
  const p = frame_alloc();
  if (!p) return false;
  frame_set_flags(p, FRAME_DECODED);
  cache().frames++;
  store<usize>(chunk_slot(page, chunk), p);
  return true;
}

/** Forgets which code lies at which va: after a change of address space. */
export function code_flush(): void {
  code_new_epoch();
}

/** The same for one page, after its page-table entry lost a right or moved; cheap when no code ran there. */
export function code_flush_page(va: u64): void {
  code_forget_page(va);
}

/** Forgets what was decoded from a frame: it is about to be written to, or freed. Clears FRAME_HAS_CODE. */
export function code_invalidate(frame: usize): void {
  const p = code_page_find(frame);
  if (!p) return;
  drop(changetype<CodePage>(p));
  code_new_epoch();
}

/** Drops the oldest pages until at most `frames` frames are in use. */
export function code_shrink(frames: u32): void {
  const c = cache();
  while (c.oldest && c.frames > frames) drop(changetype<CodePage>(c.oldest));
  code_new_epoch();
}

function drop(page: CodePage): void {
  const p = changetype<usize>(page);
  const c = cache();
  if (page.regions) region_drop_page(page);
  let link = bucket(page.frame);
  while (load<usize>(link) != p) link = load<usize>(link) + offsetof<CodePage>('hashNext');
  store<usize>(link, page.hashNext);
  if (page.prev) changetype<CodePage>(page.prev).next = page.next;
  else c.oldest = page.next;
  if (page.next) changetype<CodePage>(page.next).prev = page.prev;
  else c.newest = page.prev;
  for (let n: u32 = 0; n < page.used; n++) store<u16>(code_record(page, n), OP_DECODE, INSN_OP);
  frame_clear_flags(page.frame, FRAME_HAS_CODE);
  c.frames -= 2 + chunks_of(page);
  page.next = c.graveyard;
  c.graveyard = p;
}

/** Forgets all pages without looking at their records: what goes on is a copy of a memory, which does not hold them. */
export function code_thaw(): void {
  const c = cache();
  for (let p = c.oldest; p; ) {
    const page = changetype<CodePage>(p);
    const next = page.next;
    frame_clear_flags(page.frame, FRAME_HAS_CODE);
    page.next = c.graveyard;
    c.graveyard = p;
    p = next;
  }
  c.oldest = 0;
  c.newest = 0;
  c.frames = 0;
  memory.fill(BUCKET, 0, BUCKETS * 4);
  code_new_epoch();
}

/** Frees the memory of dropped pages, a few at a time: freeing touches it, and a fresh copy has it untouched. */
function bury(most: u32): void {
  const c = cache();
  for (let n: u32 = 0; c.graveyard && n < most; n++) {
    const page = changetype<CodePage>(c.graveyard);
    c.graveyard = page.next;
    for (let i: u32 = 0; i < chunks_of(page); i++) frame_put(load<usize>(chunk_slot(page, i)));
    frame_put(page.slots);
    kfree(changetype<usize>(page));
  }
}
