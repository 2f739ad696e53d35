// Translations that were baked into the box (abi/ahead.ts): put in service by the kernel itself, when code has got warm and
// its pages hold the bytes that they were made from. No host has a part in it.
// Invariant: a baked region is in service for one set of frames at a time; its header, in the table, stays where it is.
import { CONTROL_BASE, CPU_BASE, PAGE_SIZE, TRANSLATE_BASE } from '../../abi/box.ts';
import {
  AHEAD_DIRECTORY,
  AHEAD_ENTRY_HEADER,
  AHEAD_ENTRY_SIZE,
  AHEAD_HASH_FACTOR_HIGH,
  AHEAD_HASH_FACTOR_LOW,
  AHEAD_HASH_ROTATE,
  AHEAD_MAGIC,
  AHEAD_PAGES,
  AHEAD_PAGE_COUNT,
  AHEAD_PAGE_LIST,
  AHEAD_PAGE_SIZE,
  AHEAD_SEGMENT,
  AHEAD_WITHHELD,
} from '../../abi/ahead.ts';
import { REG_RIP_PAGE } from '../../abi/cpu.ts';
import { CONTROL_FLAGS, HOST_INTERPRET, TABLE_SLOT_READ_SEGMENT } from '../../abi/host.ts';
import { INSN_OFF } from '../../abi/insn.ts';
import {
  REGION_ENTRY,
  REGION_PAGE,
  REGION_PAGES,
  REGION_PAGE_DELTA,
  REGION_PAGE_FRAME,
  REGION_PAGE_MARK,
  REGION_PAGE_SERIAL,
  REGION_PAGE_SIZE,
  TRANSLATE_AHEAD,
  TRANSLATE_AHEAD_SIZE,
  TRANSLATE_AHEAD_TABLE,
  TRANSLATE_CPU_WITHHELD,
  TRANSLATE_LOWEST,
} from '../../abi/translate.ts';
import { frames_alloc } from '../mm/frame.ts';
import { CodePage, code_page_find } from './code_page.ts';
import { mapped_code, wbx_region_install } from './region.ts';

/** V8 compiles a function when it is first called, which takes it as long as some 1,000 runs of the region save. */
const WARM: u32 = 500;
const FACTOR: u64 = ((AHEAD_HASH_FACTOR_HIGH as u64) << 32) | (AHEAD_HASH_FACTOR_LOW as u64);
/** CodePage.ahead of a page that has no baked regions. */
const NONE: usize = 1;

/** From a boot or a thaw on: uses what is baked in, unless the host wants the interpreter alone. */
export function ahead_arm(): void {
  const wanted =
    load<u32>(TRANSLATE_BASE + TRANSLATE_AHEAD_SIZE) && !(load<u32>(CONTROL_BASE, CONTROL_FLAGS) & HOST_INTERPRET);
  store<u32>(TRANSLATE_BASE + TRANSLATE_AHEAD, wanted ? WARM : 0);
  store<u32>(TRANSLATE_BASE + TRANSLATE_LOWEST, 0);
}

/** Puts the region for record t, in the page at REG_RIP_PAGE, in service; false = there is none that fits. */
export function ahead_install(t: usize): bool {
  const table = ahead_table();
  if (!table) return false;
  const va = load<u64>(CPU_BASE + REG_RIP_PAGE);
  const list = listed(table, va);
  if (!list) return false;
  const r = header_at(table, list, load<u16>(t, INSN_OFF));
  if (!r || load<u32>(r, REGION_ENTRY)) return false;
  for (let i: u32 = 0; i < load<u32>(r, REGION_PAGES); i++) {
    const p = r + REGION_PAGE + (i as usize) * REGION_PAGE_SIZE;
    const at = va + (load<i32>(p, REGION_PAGE_DELTA) as i64);
    if (listed(table, at) != table + load<u32>(p, REGION_PAGE_MARK)) return false;
    const frame = mapped_code(at);
    store<usize>(p, frame, REGION_PAGE_FRAME);
    store<u32>(p, changetype<CodePage>(code_page_find(frame)).serial, REGION_PAGE_SERIAL);
  }
  store<usize>(r, t, REGION_ENTRY);
  if (wbx_region_install(r)) return true;
  store<usize>(r, 0, REGION_ENTRY);
  return false;
}

/** Is r the header of a baked region? Then it is free again, and nobody frees its memory. */
export function ahead_dropped(r: usize): bool {
  const table = load<usize>(TRANSLATE_BASE + TRANSLATE_AHEAD_TABLE);
  if (!table || r - table >= (load<u32>(TRANSLATE_BASE + TRANSLATE_AHEAD_SIZE) as usize)) return false;
  store<usize>(r, 0, REGION_ENTRY);
  return true;
}

/** Loaded when it is needed; 0 = there is none. */
function ahead_table(): usize {
  const known = load<usize>(TRANSLATE_BASE + TRANSLATE_AHEAD_TABLE);
  if (known) return known;
  const size = load<u32>(TRANSLATE_BASE + TRANSLATE_AHEAD_SIZE);
  const pages = (size + (PAGE_SIZE - 1)) / PAGE_SIZE;
  const table = pages ? frames_alloc(32 - clz<u32>(pages - 1)) : 0;
  if (table) {
    call_indirect<void>(TABLE_SLOT_READ_SEGMENT, AHEAD_SEGMENT as u32, 0, table, size);
    const withheld = load<u32>(TRANSLATE_BASE + TRANSLATE_CPU_WITHHELD);
    if (load<u32>(table) == AHEAD_MAGIC && load<u32>(table, AHEAD_WITHHELD) == withheld) {
      store<usize>(TRANSLATE_BASE + TRANSLATE_AHEAD_TABLE, table);
      return table;
    }
  }
  // No memory for it, or made for another CPU: nobody need ask again.
  store<u32>(TRANSLATE_BASE + TRANSLATE_AHEAD, 0);
  store<u32>(TRANSLATE_BASE + TRANSLATE_LOWEST, 0);
  return 0;
}

/** Entry of the directory for the decoded page at va; 0 = none. */
function listed(table: usize, va: u64): usize {
  const frame = mapped_code(va);
  const p = frame ? code_page_find(frame) : 0;
  if (!p) return 0;
  const page = changetype<CodePage>(p);
  if (!page.ahead) page.ahead = find(table, page_hash(frame));
  return page.ahead == NONE ? 0 : page.ahead;
}

function find(table: usize, hash: u64): usize {
  let low: u32 = 0;
  let high = load<u32>(table, AHEAD_PAGES);
  while (low < high) {
    const middle = (low + high) >> 1;
    const e = table + AHEAD_DIRECTORY + (middle as usize) * AHEAD_PAGE_SIZE;
    const at = load<u64>(e);
    if (at == hash) return e;
    if (at < hash) low = middle + 1;
    else high = middle;
  }
  return NONE;
}

/** Header of the region that begins at that offset of a page in the directory, or 0. */
function header_at(table: usize, page: usize, offset: u32): usize {
  const list = table + load<u32>(page, AHEAD_PAGE_LIST);
  let low: u32 = 0;
  let high = load<u32>(page, AHEAD_PAGE_COUNT);
  while (low < high) {
    const middle = (low + high) >> 1;
    const e = list + (middle as usize) * AHEAD_ENTRY_SIZE;
    const at = load<u32>(e);
    if (at == offset) return table + load<u32>(e, AHEAD_ENTRY_HEADER);
    if (at < offset) low = middle + 1;
    else high = middle;
  }
  return 0;
}

function page_hash(frame: usize): u64 {
  let h = FACTOR;
  for (let at: usize = 0; at < (PAGE_SIZE as usize); at += 8)
    h = rotl<u64>((h ^ load<u64>(frame + at)) * FACTOR, AHEAD_HASH_ROTATE);
  return h;
}
