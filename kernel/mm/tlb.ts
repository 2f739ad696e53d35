// Filling and invalidation of the software TLB (layout: kernel/cpu/mem.ts); the execute TLB is cpu/code_page.ts's.
// Invariant: an entry never grants more than the page table of the active address space; whoever takes a right away or
// moves a page there calls one of these.
import { TLB_BASE, TLB_ENTRIES, TLB_ENTRY_SIZE } from '../../abi/box.ts';
import { code_flush, code_flush_page } from '../cpu/code_page.ts';
import { extents_forget } from './extent_cells.ts';

const READ_TAG: usize = 0;
const WRITE_TAG: usize = 8;
const ADDEND: usize = 16;
/** Generation of the extent (extent.ts); none is 0. */
const EXTENT: usize = 20;
const NO_TAG: u64 = 0xffffffffffffffff;

// The entries filled since the last flush, so that flushing after a short run costs little: count u32, then u16 each.
const LOG_SIZE: u32 = 128;
const FLUSH_ALL_BYTES: u64 = 256 << 12; // beyond it one flush of everything is cheaper than page by page
const LOG = memory.data(4 + 2 * 128, 4);

function entry_of(va: u64): usize {
  return (TLB_BASE as usize) + (((va >> 12) as usize) & (TLB_ENTRIES - 1)) * TLB_ENTRY_SIZE;
}

/** Lets the page of va (page-aligned) be read, and stored to if `writable`, at the host's frame. */
export function tlb_fill(va: u64, frame: usize, writable: bool): void {
  const e = entry_of(va);
  const before = load<u64>(e, READ_TAG);
  if (before == NO_TAG) note_filled(e);
  // What is noted there of an extent was another page's.
  if (before != va) store<u32>(e, 0, EXTENT);
  store<u64>(e, va, READ_TAG);
  store<u64>(e, writable ? va : NO_TAG, WRITE_TAG);
  store<u32>(e, (frame - (va as usize)) as u32, ADDEND);
}

function note_filled(e: usize): void {
  const count = load<u32>(LOG);
  if (count < LOG_SIZE) store<u16>(LOG + 4 + count * 2, ((e - TLB_BASE) / TLB_ENTRY_SIZE) as u16);
  store<u32>(LOG, count + 1);
}

/** Forgets every translation: after a change of address space, once at boot, and after changes of many pages. */
export function tlb_flush(): void {
  const count = load<u32>(LOG);
  if (count > LOG_SIZE) memory.fill(TLB_BASE, 0xff, TLB_ENTRIES * TLB_ENTRY_SIZE);
  else for (let i: u32 = 0; i < count; i++) clear_entry(TLB_BASE + load<u16>(LOG + 4 + i * 2) * TLB_ENTRY_SIZE);
  store<u32>(LOG, 0);
  extents_forget();
  code_flush();
}

/** Boot: the TLB areas are zero then, which would be tags of page 0. */
export function tlb_init(): void {
  store<u32>(LOG, LOG_SIZE + 1);
  tlb_flush();
}

function clear_entry(e: usize): void {
  store<u64>(e, NO_TAG, READ_TAG);
  store<u64>(e, NO_TAG, WRITE_TAG);
}

/** Forgets the translation of one page: after its page-table entry lost a right or moved. */
export function tlb_flush_page(va: u64): void {
  const page = va & ~0xfff;
  const e = entry_of(page);
  if (load<u64>(e, READ_TAG) == page) clear_entry(e);
  extents_forget();
  code_flush_page(page);
}

/** Forgets pages [start, end) of the active address space. */
export function tlb_flush_range(start: u64, end: u64): void {
  if (end - start > FLUSH_ALL_BYTES) tlb_flush();
  else for (let va = start; va < end; va += 0x1000) tlb_flush_page(va);
}

/** Takes away every right to store into the frame: after it gained FRAME_HAS_CODE. */
export function tlb_drop_write(frame: usize): void {
  extents_forget();
  const end: usize = TLB_BASE + TLB_ENTRIES * TLB_ENTRY_SIZE;
  for (let e: usize = TLB_BASE; e < end; e += TLB_ENTRY_SIZE) {
    const tag = load<u64>(e, WRITE_TAG);
    if (tag != NO_TAG && load<u32>(e, ADDEND) + (tag as u32) == (frame as u32)) store<u64>(e, NO_TAG, WRITE_TAG);
  }
}
