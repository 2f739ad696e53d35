// The cells through which translated code reaches memory (abi/translate.ts), and when they stop to hold.
// Invariant: a cell never grants more than the page table; whoever takes a right away goes through tlb.ts, which empties all.
import { EXTENT_BASE } from '../../abi/box.ts';
import { EXTENT_CELLS, EXTENT_CELL_SIZE, EXTENT_FILLED, EXTENT_ROOM, EXTENT_STORES } from '../../abi/translate.ts';

/** u32: counts how often the cells were emptied. */
const GENERATION: usize = memory.data(4, 4);

export function extent_generation(): u32 {
  return load<u32>(GENERATION);
}

export function extent_filled(): void {
  store<u32>(EXTENT_BASE, 1, EXTENT_FILLED);
}

/** Empties all cells: translations are about to change. */
export function extents_forget(): void {
  store<u32>(GENERATION, load<u32>(GENERATION) + 1);
  if (!load<u32>(EXTENT_BASE, EXTENT_FILLED)) return;
  store<u32>(EXTENT_BASE, 0, EXTENT_FILLED);
  const end: usize = EXTENT_BASE + EXTENT_CELLS * EXTENT_CELL_SIZE;
  for (let cell: usize = EXTENT_BASE; cell < end; cell += EXTENT_CELL_SIZE) {
    store<u64>(cell, 0, EXTENT_ROOM);
    store<u64>(cell + EXTENT_STORES, 0, EXTENT_ROOM);
  }
}
