// Plain WASI: writes the memory of the box into a file, as the section wbx.state (abi/state.ts) of a module that has nothing else.
// JavaScript hosts do that by themselves. Invariant: nothing that is written changes meanwhile, so all that this needs - the
// table, what WASI calls are given - lies behind the end of the memory, where nothing is kept.
import { ENOMEM, ENOSPC } from '../../abi/linux/errno.ts';
import {
  STATE_BLOCK_SHIFT,
  STATE_BLOCK_SIZE,
  STATE_CHECKSUM,
  STATE_COUNT,
  STATE_ENTRY_SIZE,
  STATE_HEADER_SIZE,
  STATE_MAGIC,
  STATE_SIZE,
  STATE_VERSION,
} from '../../abi/state.ts';
import { cstr } from '../lib/bytes.ts';
import { clock_freeze } from '../lib/clock.ts';
import { xxh32 } from '../lib/xxh32.ts';
import { memory_end } from '../mm/frame.ts';
import { tlb_flush } from '../mm/tlb.ts';
import { fd_filestat_set_size, fd_pwrite } from '../wasi_snapshot_preview1.ts';
import { linux_errno } from './wasi_errno.ts';

/** iovec, then the number of bytes written. */
const CALL_SIZE: usize = 16;
const WASM_HEADER: u64 = 0x000000016d736100;
const NAME_LENGTH: usize = 9;
/** Magic and version, the id of a custom section, its size in five bytes, the length of its name, its name. */
const HEAD_SIZE: usize = 8 + 1 + 5 + 1 + NAME_LENGTH;

/** 0 or -errno. */
export function wasi_save(fd: i32): i32 {
  clock_freeze();
  tlb_flush();
  const end = memory_end();
  const size = (end >> STATE_BLOCK_SHIFT) as u32;
  const head = end + CALL_SIZE;
  const state = head + HEAD_SIZE;
  const table = state + STATE_HEADER_SIZE;
  if (!reach(table + (size as usize) * STATE_ENTRY_SIZE)) return -ENOMEM;
  memory.fill(end, 0, table - end);
  const count = write_table(table, size);
  const first = table + (count as usize) * STATE_ENTRY_SIZE;
  write_header(state, size, count);
  write_head(head, (NAME_LENGTH as u32) + 1 + ((first - state) as u32) + (count << STATE_BLOCK_SHIFT));
  const error = linux_errno(fd_filestat_set_size(fd, 0));
  if (error) return error;
  return write_all(fd, end, table, count, first);
}

/** Makes sure that memory reaches to there; what is added becomes the box's own when it grows. */
function reach(end: usize): bool {
  const missing = (((end + STATE_BLOCK_SIZE - 1) >> STATE_BLOCK_SHIFT) as i32) - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/** An entry for each block that is not zero: their number. */
function write_table(table: usize, size: u32): u32 {
  let entry = table;
  for (let number: u32 = 0; number < size; number++) {
    const block = (number as usize) << STATE_BLOCK_SHIFT;
    if (is_zero(block)) continue;
    store<u32>(entry, number);
    store<u32>(entry, STATE_BLOCK_SIZE, 4);
    store<u32>(entry, xxh32(block, STATE_BLOCK_SIZE), 8);
    entry += STATE_ENTRY_SIZE;
  }
  return ((entry - table) / STATE_ENTRY_SIZE) as u32;
}

function is_zero(block: usize): bool {
  for (let p = block; p < block + STATE_BLOCK_SIZE; p += 32) {
    if (load<u64>(p) | load<u64>(p, 8) | load<u64>(p, 16) | load<u64>(p, 24)) return false;
  }
  return true;
}

function write_header(state: usize, size: u32, count: u32): void {
  store<u32>(state, STATE_MAGIC);
  store<u32>(state, STATE_VERSION, 4);
  store<u32>(state, size, STATE_SIZE);
  store<u32>(state, count, STATE_COUNT);
  const length = STATE_HEADER_SIZE - STATE_SIZE + count * STATE_ENTRY_SIZE;
  store<u32>(state, xxh32(state + STATE_SIZE, length), STATE_CHECKSUM);
}

function write_head(head: usize, length: u32): void {
  store<u64>(head, WASM_HEADER);
  for (let i: u32 = 0; i < 5; i++) {
    store<u8>(head + 9 + (i as usize), (((length >> (7 * i)) & 0x7f) | (i < 4 ? 0x80 : 0)) as u8);
  }
  store<u8>(head + 14, NAME_LENGTH as u8);
  memory.copy(head + 15, cstr('wbx.state'), NAME_LENGTH);
}

/** What precedes the blocks, then the blocks, as many at once as lie side by side. */
function write_all(fd: i32, call: usize, table: usize, count: u32, first: usize): i32 {
  const head = call + CALL_SIZE;
  let at = (first - head) as u64;
  let error = write(fd, call, head, at as usize, 0);
  for (let i: u32 = 0; !error && i < count; ) {
    const number = load<u32>(table + (i as usize) * STATE_ENTRY_SIZE);
    let n: u32 = 1;
    while (i + n < count && load<u32>(table + ((i + n) as usize) * STATE_ENTRY_SIZE) == number + n) n++;
    const length = (n as usize) << STATE_BLOCK_SHIFT;
    error = write(fd, call, (number as usize) << STATE_BLOCK_SHIFT, length, at);
    at += length as u64;
    i += n;
  }
  return error;
}

function write(fd: i32, call: usize, from: usize, length: usize, offset: u64): i32 {
  while (length) {
    store<u32>(call, from as u32);
    store<u32>(call, length as u32, 4);
    const error = fd_pwrite(fd, call, 1, offset, call + 8);
    if (error) return linux_errno(error);
    const n = load<u32>(call, 8);
    if (!n || (n as usize) > length) return -ENOSPC;
    from += n;
    length -= n;
    offset += n as u64;
  }
  return 0;
}
