// Fills decoded pages: a run of records from a requested offset to the first instruction that never falls through, an
// offset decoded before, or the end of the page.
// Invariant: the records of a run are adjacent in memory, so `ip + INSN_SIZE` is the next instruction; where a run must
// continue elsewhere an internal record says so. slots[offset] is the record at which a jump to that offset starts.
import { CPU_BASE, PAGE_SIZE } from '../../abi/box.ts';
import { GPR_RSP, REG_EA, REG_RIP_PAGE, REG_ZERO } from '../../abi/cpu.ts';
import {
  INSN_BASE,
  INSN_DISP,
  INSN_EA_SLOW,
  INSN_FLAGS,
  INSN_IMM,
  INSN_INDEX,
  INSN_LINK,
  INSN_LINK2,
  INSN_OFF,
  INSN_OP,
  INSN_SCALE,
  INSN_SIZE,
} from '../../abi/insn.ts';
import {
  OP_CALL,
  OP_DECODE,
  OP_GP,
  OP_JMP,
  OP_JMP_M64,
  OP_JMP_R64,
  OP_POP_M16,
  OP_POP_M64,
  OP_RET,
  OP_RET_I,
  OP_UD,
} from '../../isa/ops.gen.ts';
import { code_afresh, itlb_page, Jump } from './code_lookup.ts';
import { code_grow, code_record, code_room, CodePage } from './code_page.ts';
import { decode_insn } from './decode.ts';
import {
  OP_CALL_FAR,
  OP_CHAIN,
  OP_CROSS,
  OP_JMP_FAR,
  OP_NEXT_PAGE,
  OP_PREPARE_EA,
  OP_STEPPED,
} from './internal_ops.ts';

const MAX_INSN: u32 = 15;
/** Records that one instruction may need in a row: address preparation, itself, and the link that ends the run. */
const ROOM: u32 = 3;

/** Record of the instruction at offset off of the page; 0 = out of memory. */
export function code_at(page: CodePage, off: u32): usize {
  const slot = load<u16>(page.slots + ((off as usize) << 1)) as u32;
  return slot ? code_record(page, slot - 1) : decode_run(page, off);
}

function decode_run(page: CodePage, start: u32): usize {
  let first: usize = 0;
  let off = start;
  while (true) {
    if (!reserve(page)) return first ? end_run(page, OP_DECODE, off, 0, first) : 0;
    if (off >= (PAGE_SIZE as u32)) return end_run(page, OP_NEXT_PAGE, off, 0, first);
    const slot = load<u16>(page.slots + ((off as usize) << 1)) as u32;
    if (slot) return end_run(page, OP_CHAIN, off, code_record(page, slot - 1), first);
    if (!first) first = code_record(page, page.used);
    store<u16>(page.slots + ((off as usize) << 1), (page.used + 1) as u16);
    const length = decode_one(page, off);
    if (!length) return first;
    off += length;
  }
}

/** Ends a run with an internal record. */
function end_run(page: CodePage, op: i32, off: u32, link: usize, first: usize): usize {
  const p = code_record(page, page.used++);
  store<u16>(p, op as u16, INSN_OP);
  store<u16>(p, off as u16, INSN_OFF);
  store<usize>(p, link, INSN_LINK);
  return first;
}

/** Makes sure of ROOM records in a row, linking to another chunk when this one ends; false = out of memory. */
function reserve(page: CodePage): bool {
  const room = code_room(page);
  if (room >= ROOM) return true;
  if (!room) return code_grow(page);
  const last = code_record(page, page.used);
  // Skipping to the chunk's end leaves records that nothing reaches, except the link that the run falls into.
  page.used += room;
  if (!code_grow(page)) {
    page.used -= room;
    return false;
  }
  store<u16>(last, OP_CHAIN as u16, INSN_OP);
  store<usize>(last, code_record(page, page.used), INSN_LINK);
  return true;
}

/** Appends the instruction at off; returns its length, or 0 when the run ends with it. */
function decode_one(page: CodePage, off: u32): u32 {
  const p = code_record(page, page.used++);
  store<u16>(p, off as u16, INSN_OFF);
  const length = decode_insn(page.frame + off, PAGE_SIZE - off, p);
  if (!length) {
    store<u16>(p, OP_CROSS as u16, INSN_OP);
    store<u64>(p, 0, INSN_LINK);
    return 0;
  }
  const extra = adapt(p);
  page.used += extra;
  return falls_through(p + extra * INSN_SIZE) ? length : 0;
}

/** Turns what the decoder gave into what the run loop wants; returns how many records were inserted before it. */
function adapt(p: usize): u32 {
  store<u64>(p, 0, INSN_LINK);
  const op = load<u16>(p, INSN_OP) as i32;
  // POP computes its destination after it moved rSP.
  if ((op == OP_POP_M16 || op == OP_POP_M64) && load<u8>(p, INSN_BASE) == GPR_RSP)
    store<i32>(p, load<i32>(p, INSN_DISP) + (op == OP_POP_M16 ? 2 : 8), INSN_DISP);
  if (load<u64>(p, INSN_IMM) >= (PAGE_SIZE as u64)) {
    if (op == OP_CALL) store<u16>(p, OP_CALL_FAR as u16, INSN_OP);
    else if (op == OP_JMP) store<u16>(p, OP_JMP_FAR as u16, INSN_OP);
  }
  if (!(load<u8>(p, INSN_FLAGS) & INSN_EA_SLOW)) return 0;
  memory.copy(p + INSN_SIZE, p, INSN_SIZE);
  store<u16>(p, OP_PREPARE_EA as u16, INSN_OP);
  store<u8>(p + INSN_SIZE, REG_EA, INSN_BASE);
  store<u8>(p + INSN_SIZE, REG_ZERO, INSN_INDEX);
  store<u8>(p + INSN_SIZE, 0, INSN_SCALE);
  store<i32>(p + INSN_SIZE, 0, INSN_DISP);
  return 1;
}

function falls_through(p: usize): bool {
  switch (load<u16>(p, INSN_OP) as i32) {
    case OP_JMP:
    case OP_JMP_FAR:
    case OP_JMP_R64:
    case OP_JMP_M64:
    case OP_RET:
    case OP_RET_I:
    case OP_UD:
    case OP_GP:
      return false;
    default:
      return true;
  }
}

/** Run of the instruction at the OP_CROSS record ip, whose second page is checked; 0 = fetching the rest of it faults. */
export function code_cross(ip: usize): usize {
  const va = load<u64>(CPU_BASE + REG_RIP_PAGE);
  const page = itlb_page(va);
  if (!page) return 0;
  const next = itlb_page(va + PAGE_SIZE);
  if (!next) return 0;
  let run = load<usize>(ip, INSN_LINK);
  if (!run) {
    if (!reserve(changetype<CodePage>(page)))
      return code_afresh(changetype<CodePage>(page), va + load<u16>(ip, INSN_OFF));
    run = code_record(changetype<CodePage>(page), changetype<CodePage>(page).used);
    changetype<CodePage>(page).used += ROOM;
  }
  decode_crossing(
    run,
    changetype<CodePage>(page).frame,
    changetype<CodePage>(next).frame,
    load<u16>(ip, INSN_OFF) as u32,
  );
  store<usize>(ip, run, INSN_LINK);
  store<u32>(ip, Jump.epoch(), INSN_LINK2);
  return run;
}

const BYTES = memory.data(32, 8);

function decode_crossing(run: usize, frame: usize, next: usize, off: u32): void {
  memory.copy(BYTES, frame + off, PAGE_SIZE - off);
  memory.copy(BYTES + (PAGE_SIZE - off), next, MAX_INSN);
  store<u16>(run, off as u16, INSN_OFF);
  finish(run, OP_NEXT_PAGE, off + decode_insn(BYTES, MAX_INSN, run));
}

/** Adapts the record of a single instruction and puts an internal one behind it. */
function finish(run: usize, op: i32, off: u32): void {
  const end = run + (adapt(run) + 1) * INSN_SIZE;
  store<u16>(end, op as u16, INSN_OP);
  store<u16>(end, off as u16, INSN_OFF);
}

const SINGLE = memory.data(3 * 32, 8);

/** A run of the instruction at va alone, valid until the next call; 0 = fetching it faults. Its page becomes the current one. */
export function code_single(va: u64): usize {
  const page = itlb_page(va);
  if (!page) return 0;
  store<u64>(CPU_BASE + REG_RIP_PAGE, va & ~0xfff);
  const off = (va as u32) & 0xfff;
  const frame = changetype<CodePage>(page).frame;
  store<u16>(SINGLE, off as u16, INSN_OFF);
  let length = decode_insn(frame + off, PAGE_SIZE - off, SINGLE);
  if (!length) {
    const next = itlb_page((va & ~0xfff) + PAGE_SIZE);
    if (!next) return 0;
    memory.copy(BYTES, frame + off, PAGE_SIZE - off);
    memory.copy(BYTES + (PAGE_SIZE - off), changetype<CodePage>(next).frame, MAX_INSN);
    length = decode_insn(BYTES, MAX_INSN, SINGLE);
  }
  finish(SINGLE, OP_STEPPED, off + length);
  return SINGLE;
}
