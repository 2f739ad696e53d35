// Regions: translated code in service. A region's number stands as the operation of the record where it starts; its header
// keeps the record as it was, followed by a link behind it, so that the interpreter can still run that instruction.
// Invariant: a region runs only while its pages hold, at their distances, the decoded code it was made from: compared once
// a code epoch. A dropped region may still be on the wasm stack; its memory is freed by wbx_region_reap, between two resumes.
import { CHAIN_BASE, CHAIN_ENTRIES, CPU_BASE, REGION_LIMIT, REGION_TABLE_BASE, TRANSLATE_BASE } from '../../abi/box.ts';
import { CPU_RIP, REG_RIP_PAGE } from '../../abi/cpu.ts';
import { INSN_LINK, INSN_OFF, INSN_OP, INSN_SIZE } from '../../abi/insn.ts';
import {
  CHAIN_ENTRY_SIZE,
  CHAIN_EPOCH,
  CHAIN_SLOT,
  OP_REGION,
  REGION_CHAIN,
  REGION_ENTRY,
  REGION_EPOCH,
  REGION_MISSES,
  REGION_NEXT,
  REGION_PAGE,
  REGION_PAGES,
  REGION_PAGE_DELTA,
  REGION_PAGE_FRAME,
  REGION_PAGE_SERIAL,
  REGION_PAGE_SIZE,
  REGION_SLOT,
  TRANSLATE_DROPPED,
  TRANSLATE_HEAD,
  TRANSLATE_RECALL,
  TRANSLATE_SIDE,
  TRANSLATE_TAIL,
  TRANSLATE_THRESHOLD,
} from '../../abi/translate.ts';
import { OP_DECODE } from '../../isa/ops.gen.ts';
import { kfree } from '../lib/slab.ts';
import { mm_current, mm_root } from '../mm/mm.ts';
import { PTE_EXEC, PTE_FRAME, pt_entry } from '../mm/page_table.ts';
import { ahead_arm, ahead_dropped } from './ahead.ts';
import { code_new_epoch, code_seen, Jump } from './code_lookup.ts';
import { CodePage, code_page_find } from './code_page.ts';
import { Heat } from './heat.ts';
import { OP_CHAIN } from './internal_ops.ts';
import { region_flags } from './translated.ts';

/** A region whose pages differ that often, since processes map them differently, is not worth its place. */
const MAX_MISSES: u32 = 64;
/** u32: highest region number that was ever used. */
const USED: usize = memory.data(4, 4);
/** u32: no number below this one is free; 0 = nobody has looked. */
const FREE: usize = memory.data(4, 4);

function table_entry(n: u32): usize {
  return (REGION_TABLE_BASE as usize) + ((n as usize) << 2);
}

/** Header of the region whose number stands at record t. */
function region_at(t: usize): usize {
  return load<usize>(table_entry((load<u16>(t, INSN_OP) as u32) - OP_REGION));
}

/** Runs the region at record ip with that much fuel; returns what is left. CPU_RIP and CPU_EXIT say how it went on. */
export function region_run(ip: usize, fuel: i32): i32 {
  const r = region_at(ip);
  const va = load<u64>(CPU_BASE + REG_RIP_PAGE) + load<u16>(ip, INSN_OFF);
  if (load<u32>(r, REGION_EPOCH) != Jump.epoch() && !region_fits(r, va)) {
    store<u64>(CPU_BASE + CPU_RIP, va);
    store<u32>(TRANSLATE_BASE + TRANSLATE_SIDE, 1);
    return fuel;
  }
  const e = (CHAIN_BASE as usize) + ((((va >> 12) ^ va) as usize) & (CHAIN_ENTRIES - 1)) * CHAIN_ENTRY_SIZE;
  store<u64>(e, va);
  store<u32>(e, load<u32>(r, REGION_SLOT), CHAIN_SLOT);
  store<u32>(e, Jump.epoch(), CHAIN_EPOCH);
  store<u32>(TRANSLATE_BASE + TRANSLATE_SIDE, 0);
  const none: u64 = u64.MAX_VALUE;
  const depth: i32 = 0;
  const left = call_indirect<i32>(load<u32>(r, REGION_SLOT), fuel, va, none, depth) >> 1;
  region_flags();
  return left;
}

/** The record at which the interpreter goes on after a region; 0 = fetching faults. */
export function region_next(): usize {
  const t = Jump.to(load<u64>(CPU_BASE + CPU_RIP));
  if (!t) return 0;
  if (!load<u32>(TRANSLATE_BASE + TRANSLATE_SIDE)) {
    Heat.note(t);
    return t;
  }
  store<u32>(TRANSLATE_BASE + TRANSLATE_SIDE, 0);
  return (load<u16>(t, INSN_OP) as i32) >= OP_REGION ? region_at(t) : t;
}

/** Compares the region's pages with what is mapped now, which start at `entry`. */
function region_fits(r: usize, entry: u64): bool {
  const page = entry & ~0xfff;
  for (let i: u32 = 0; i < load<u32>(r, REGION_PAGES); i++) {
    const p = r + REGION_PAGE + (i as usize) * REGION_PAGE_SIZE;
    const va = page + (load<i32>(p, REGION_PAGE_DELTA) as i64);
    const frame = mapped_code(va);
    code_seen(va);
    if (frame == load<usize>(p, REGION_PAGE_FRAME) && serial_of(frame) == load<u32>(p, REGION_PAGE_SERIAL)) continue;
    const misses = load<u32>(r, REGION_MISSES) + 1;
    store<u32>(r, misses, REGION_MISSES);
    if (misses > MAX_MISSES) region_drop((load<u16>(load<usize>(r, REGION_ENTRY), INSN_OP) as u32) - OP_REGION);
    return false;
  }
  store<u32>(r, Jump.epoch(), REGION_EPOCH);
  return true;
}

/** Frame of executable code that is mapped at va, or 0. Nothing is faulted in. */
export function mapped_code(va: u64): usize {
  if (va >> 47) return 0;
  const e = pt_entry(mm_root(mm_current()), va);
  const pte = e ? load<u32>(e) : 0;
  return pte & PTE_EXEC ? ((pte & PTE_FRAME) as usize) : 0;
}

function serial_of(frame: usize): u32 {
  const page = code_page_find(frame);
  return page ? changetype<CodePage>(page).serial : 0;
}

export function wbx_code_page(va: u64): usize {
  if (!changetype<usize>(mm_current())) return 0;
  const frame = mapped_code(va);
  return frame ? code_page_find(frame) : 0;
}

export function wbx_region_install(r: usize): u32 {
  const entry = load<usize>(r, REGION_ENTRY);
  for (let i: u32 = 0; i < load<u32>(r, REGION_PAGES); i++) {
    const p = r + REGION_PAGE + (i as usize) * REGION_PAGE_SIZE;
    if (serial_of(load<usize>(p, REGION_PAGE_FRAME)) != load<u32>(p, REGION_PAGE_SERIAL)) return 0;
  }
  const n = free_number();
  if (!n || (load<u16>(entry, INSN_OP) as i32) >= OP_REGION) return 0;
  memory.copy(r, entry, INSN_SIZE);
  memory.fill(r + REGION_CHAIN, 0, INSN_SIZE);
  store<u16>(r + REGION_CHAIN, OP_CHAIN as u16, INSN_OP);
  store<usize>(r + REGION_CHAIN, entry + INSN_SIZE, INSN_LINK);
  store<u32>(r, 0, REGION_EPOCH);
  store<u32>(r, 0, REGION_MISSES);
  store<usize>(table_entry(n), r);
  store<u16>(entry, (OP_REGION + n) as u16, INSN_OP);
  for (let i: u32 = 0; i < load<u32>(r, REGION_PAGES); i++) count_regions(r, i, 1);
  return n;
}

/** A number without a region; 0 = none is left. */
function free_number(): u32 {
  const used = load<u32>(USED);
  for (let n = max<u32>(load<u32>(FREE), 1); n <= used; n++) {
    store<u32>(FREE, n);
    if (!load<usize>(table_entry(n))) return n;
  }
  if (used + 1 >= (REGION_LIMIT as u32)) return 0;
  store<u32>(USED, used + 1);
  return used + 1;
}

function count_regions(r: usize, i: u32, change: i32): void {
  const p = r + REGION_PAGE + (i as usize) * REGION_PAGE_SIZE;
  const page = code_page_find(load<usize>(p, REGION_PAGE_FRAME));
  if (page && changetype<CodePage>(page).serial == load<u32>(p, REGION_PAGE_SERIAL))
    changetype<CodePage>(page).regions += change;
}

/** Takes region n out of service. */
function region_drop(n: u32): void {
  const r = load<usize>(table_entry(n));
  const entry = load<usize>(r, REGION_ENTRY);
  store<u16>(entry, load<u16>(r, INSN_OP), INSN_OP);
  for (let i: u32 = 0; i < load<u32>(r, REGION_PAGES); i++) count_regions(r, i, -1);
  store<u16>(r, OP_DECODE, INSN_OP);
  store<usize>(table_entry(n), 0);
  if (n < load<u32>(FREE)) store<u32>(FREE, n);
  if (ahead_dropped(r)) return;
  store<u32>(r, load<u32>(TRANSLATE_BASE + TRANSLATE_DROPPED), REGION_NEXT);
  store<u32>(TRANSLATE_BASE + TRANSLATE_DROPPED, r);
}

/** Drops the regions made from a page that is about to be dropped itself. The caller takes a new epoch. */
export function region_drop_page(page: CodePage): void {
  const used = load<u32>(USED);
  for (let n: u32 = 1; n <= used && page.regions; n++) {
    const r = load<usize>(table_entry(n));
    if (r && made_from(r, page)) region_drop(n);
  }
}

function made_from(r: usize, page: CodePage): bool {
  for (let i: u32 = 0; i < load<u32>(r, REGION_PAGES); i++) {
    const p = r + REGION_PAGE + (i as usize) * REGION_PAGE_SIZE;
    if (load<u32>(p, REGION_PAGE_SERIAL) == page.serial) return true;
  }
  return false;
}

/** The host takes a region out of service. */
export function wbx_region_drop(r: usize): void {
  const n = (load<u16>(load<usize>(r, REGION_ENTRY), INSN_OP) as u32) - OP_REGION;
  if (n >= (REGION_LIMIT as u32) || load<usize>(table_entry(n)) != r) return;
  region_drop(n);
  // Its slot may soon be another region's: the jump cache must not lead there.
  code_new_epoch();
}

export function wbx_region_reap(): u32 {
  const r = load<usize>(TRANSLATE_BASE + TRANSLATE_DROPPED);
  if (!r) return 0;
  store<u32>(TRANSLATE_BASE + TRANSLATE_DROPPED, load<u32>(r, REGION_NEXT));
  const slot = load<u32>(r, REGION_SLOT);
  kfree(r);
  return slot;
}

/** Forgets every region: in a restored memory, whose table slots are gone. */
export function regions_forget(): void {
  const used = load<u32>(USED);
  for (let n: u32 = 1; n <= used; n++) if (load<usize>(table_entry(n))) region_drop(n);
  while (wbx_region_reap()) {}
  store<u32>(TRANSLATE_BASE + TRANSLATE_THRESHOLD, 0);
  store<u32>(TRANSLATE_BASE + TRANSLATE_RECALL, 0);
  ahead_arm();
  store<u32>(TRANSLATE_BASE + TRANSLATE_SIDE, 0);
  store<u32>(TRANSLATE_BASE + TRANSLATE_HEAD, load<u32>(TRANSLATE_BASE + TRANSLATE_TAIL));
  code_new_epoch();
}

export function wbx_free(ptr: usize): void {
  kfree(ptr);
}
