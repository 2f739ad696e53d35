// Plain WASI: fills the memory from the state segment of a snapshot (abi/state.ts). JavaScript hosts do that by themselves.
// Invariant: while memory is being filled, nothing of the kernel's own data is used: all state is in locals and above the end
// of what is filled.
import { INITIAL_MEMORY_PAGES } from '../../abi/box.ts';
import { TABLE_SLOT_READ_SEGMENT } from '../../abi/host.ts';
import {
  STATE_BLOCK_SHIFT,
  STATE_BLOCK_SIZE,
  STATE_CHECKSUM,
  STATE_COUNT,
  STATE_ENTRY_SIZE,
  STATE_HEADER_SIZE,
  STATE_KIND,
  STATE_MAGIC,
  STATE_SIZE,
  STATE_VERSION,
  STATE_WHOLE,
} from '../../abi/state.ts';
import { lz4_decode } from '../fs/image/lz4.ts';
import { xxh32 } from '../lib/xxh32.ts';

/** 64 MiB of table would be a memory beyond 4 GiB. */
const BLOCKS_MAX: u32 = 65536;

/** Fills memory from passive segment `segment`, whose header the caller has read; false = it is damaged or too large. */
export function state_restore(segment: u32, header: usize): bool {
  const size = load<u32>(header, STATE_SIZE);
  const count = load<u32>(header, STATE_COUNT);
  if (load<u32>(header) != STATE_MAGIC || load<u32>(header, 4) != STATE_VERSION) return false;
  if (load<u32>(header, STATE_KIND) != STATE_WHOLE) return false;
  if (size < (INITIAL_MEMORY_PAGES as u32) || count > size || size >= BLOCKS_MAX - 32) return false;
  const tableLength = STATE_HEADER_SIZE + count * STATE_ENTRY_SIZE;
  const pages = size + 2 + ((tableLength + STATE_BLOCK_SIZE - 1) >> STATE_BLOCK_SHIFT);
  if (memory.grow((pages - (memory.size() as u32)) as i32) < 0) return false;
  const stored = (size as usize) << STATE_BLOCK_SHIFT;
  const table = stored + STATE_BLOCK_SIZE;
  call_indirect<void>(TABLE_SLOT_READ_SEGMENT, segment, 0, table, tableLength);
  if (xxh32(table + STATE_SIZE, tableLength - STATE_SIZE) != load<u32>(table, STATE_CHECKSUM)) return false;
  return fill(segment, table + STATE_HEADER_SIZE, count, tableLength, stored, size);
}

function fill(segment: u32, table: usize, count: u32, from: u32, stored: usize, size: u32): bool {
  let next: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const entry = table + (i as usize) * STATE_ENTRY_SIZE;
    const number = load<u32>(entry);
    const length = load<u32>(entry, 4);
    if (number < next || number >= size || length > (STATE_BLOCK_SIZE as u32)) return false;
    clear_initial(next, number);
    next = number + 1;
    call_indirect<void>(TABLE_SLOT_READ_SEGMENT, segment, from, stored, length);
    if (xxh32(stored, length) != load<u32>(entry, 8)) return false;
    const block = (number as usize) << STATE_BLOCK_SHIFT;
    if (length == (STATE_BLOCK_SIZE as u32)) memory.copy(block, stored, length);
    else if (!lz4_decode(stored, length, block, STATE_BLOCK_SIZE)) return false;
    from += length;
  }
  clear_initial(next, size);
  return true;
}

/** Blocks that are not stored are zero; only those of the first memory may hold something. */
function clear_initial(from: u32, to: u32): void {
  to = min<u32>(to, INITIAL_MEMORY_PAGES);
  if (from < to) {
    memory.fill((from as usize) << STATE_BLOCK_SHIFT, 0, ((to - from) as usize) << STATE_BLOCK_SHIFT);
  }
}
