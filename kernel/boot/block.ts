// The boot block in memory (abi/boot.ts): stays where it is for the life of the box, since its chunk table is used throughout.
import { CONTROL_BASE } from '../../abi/box.ts';
import { CONTROL_BOOT_BLOCK } from '../../abi/host.ts';

const BLOCK: usize = memory.data(4, 4);

export function boot_block_set(block: usize): void {
  store<usize>(BLOCK, block);
  store<u32>(CONTROL_BASE, block as u32, CONTROL_BOOT_BLOCK);
}

/** Lets the functions below read another block for a while; returns the one until now. */
export function boot_block_swap(block: usize): usize {
  const old = load<usize>(BLOCK);
  store<usize>(BLOCK, block);
  return old;
}

/** A u32 field of the header, BOOT_*. */
export function boot_u32(field: usize): u32 {
  return load<u32>(load<usize>(BLOCK) + field);
}

export function boot_u64(field: usize): u64 {
  return load<u64>(load<usize>(BLOCK) + field);
}

/** What an offset field of the header points to. */
export function boot_ptr(field: usize): usize {
  return load<usize>(BLOCK) + boot_u32(field);
}

/** The block itself. */
export function boot_block(): usize {
  return load<usize>(BLOCK);
}
