// Extents of the running address space: around a page, all that lies side by side in linear memory as well, as far as
// EXTENT_PAGES. Invariant: what was found holds for one generation of the cells; it stays noted in the page's TLB entry, behind
// the addend: 20 generation u32, 24 pages before u8, 25 pages behind u8, 26 and 27 the same for stores, 28 and 29
// how often it was asked for as a lone page, for loads and for stores.
import { TLB_BASE, TLB_ENTRIES, TLB_ENTRY_SIZE } from '../../abi/box.ts';
import { FRAME_ABSENT, FRAME_HAS_CODE, FRAME_KEPT } from '../../abi/frame.ts';
import { EXTENT_ACCESS, EXTENT_HOST, EXTENT_LO, EXTENT_ROOM } from '../../abi/translate.ts';
import { extent_filled, extent_generation } from './extent_cells.ts';
import { frame_flags } from './frame.ts';
import { mm_current, mm_root } from './mm.ts';
import { PTE_FRAME, PTE_READ, PTE_WRITE, pt_entry } from './page_table.ts';

/** Pages looked at to either side: finding them costs less than a hundred accesses that miss. */
const EXTENT_PAGES: u32 = 127;

const ENTRY_ADDEND: usize = 16;
const ENTRY_GENERATION: usize = 20;
const ENTRY_READ: usize = 24;
const ENTRY_WRITE: usize = 26;
const ENTRY_LONE: usize = 28;

/** How often a lone page is asked for until its neighbours are looked at again: they may have come since. */
const PATIENCE: u8 = 32;

/** Can va be accessed without anything happening to its page? */
export function extent_present(va: u64, write: bool): bool {
  const e: usize = va >> 47 ? 0 : pt_entry(mm_root(mm_current()), va);
  return e != 0 && grants(load<u32>(e), write);
}

function grants(pte: u32, write: bool): bool {
  if (!(pte & (write ? PTE_WRITE : PTE_READ))) return false;
  const attention = write ? FRAME_ABSENT | FRAME_HAS_CODE | FRAME_KEPT : FRAME_ABSENT;
  return !(frame_flags((pte & PTE_FRAME) as usize) & attention);
}

/** Puts the extent of va, which the TLB grants, into a cell. */
export function extent_fill(cell: usize, va: u64, write: bool): void {
  const page = va & ~0xfff;
  const e = (TLB_BASE as usize) + (((va >> 12) as usize) & (TLB_ENTRIES - 1)) * TLB_ENTRY_SIZE;
  const counts = e + (write ? ENTRY_WRITE : ENTRY_READ);
  const host = load<u32>(e, ENTRY_ADDEND) + (page as u32);
  if (load<u32>(e, ENTRY_GENERATION) != extent_generation()) {
    store<u32>(e, extent_generation(), ENTRY_GENERATION);
    store<u64>(e, 0, ENTRY_READ);
  }
  if (!load<u16>(counts) && is_due(e + ENTRY_LONE + (write ? 1 : 0)) && changetype<usize>(mm_current())) {
    store<u8>(counts, reach(page, host, write, -1) as u8);
    store<u8>(counts, reach(page, host, write, 1) as u8, 1);
  }
  const before = load<u8>(counts) as u32;
  const pages = before + 1 + load<u8>(counts, 1);
  store<u64>(cell, page - ((before as u64) << 12), EXTENT_LO);
  store<u64>(cell, ((pages as u64) << 12) - EXTENT_ACCESS, EXTENT_ROOM);
  store<u32>(cell, host - (before << 12), EXTENT_HOST);
  extent_filled();
}

function is_due(lone: usize): bool {
  const asked = load<u8>(lone);
  store<u8>(lone, (asked + 1) % PATIENCE);
  return asked == 0;
}

/** How many pages in that direction continue both the page and its place in linear memory. */
function reach(page: u64, host: u32, write: bool, step: i32): u32 {
  const root = mm_root(mm_current());
  let count: u32 = 0;
  while (count < EXTENT_PAGES) {
    const distance = ((count as i32) + 1) * (step << 12);
    const va = page + (distance as i64);
    const e: usize = va >> 47 ? 0 : pt_entry(root, va);
    const pte = e ? load<u32>(e) : 0;
    if (!grants(pte, write) || (pte & PTE_FRAME) != host + distance) return count;
    count++;
  }
  return count;
}
