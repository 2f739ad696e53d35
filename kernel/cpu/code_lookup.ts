// From a guest va to its decoded instruction: jump cache (va -> record), execute TLB (page -> CodePage), then mm's tables.
// Invariant: entries carry the code epoch of their making. Whatever may change the meaning of a va - another address space,
// an unmapped page, a dropped CodePage - takes a new epoch, which empties all of these caches at once.
//
// Jump cache entry:  0 va u64   8 record u32   12 epoch u32        ITLB entry:  0 page va u64   8 CodePage u32   12 epoch u32
import { CPU_BASE, ITLB_BASE, ITLB_ENTRIES, ITLB_ENTRY_SIZE, JUMP_BASE, JUMP_ENTRIES } from '../../abi/box.ts';
import { ACCESS_EXEC, CPU_CODE_EPOCH, CPU_RIP, REG_RIP_PAGE } from '../../abi/cpu.ts';
import { INSN_IMM, INSN_LINK, INSN_LINK2, INSN_OP } from '../../abi/insn.ts';
import { OP_DECODE } from '../../isa/ops.gen.ts';
import { mm_fault } from '../mm/fault.ts';
import { mm_current } from '../mm/mm.ts';
import { code_at } from './code_decode.ts';
import { CodePage, code_invalidate, code_page_find, code_page_new } from './code_page.ts';
import { raise_out_of_memory } from './fault.ts';

const SLOT: usize = 8;
const EPOCH: usize = 12;
/** Which pages (by the low bits of their number) entered the ITLB in this epoch: one bit each. */
const SEEN = memory.data(512, 8);

@unmanaged
export class Jump {
  @inline static epoch(): u32 {
    return load<u32>(CPU_BASE + CPU_CODE_EPOCH);
  }

  /** Record of the instruction at va, which becomes the current page; 0 = fetching faults, rip is va. */
  @inline static to(va: u64): usize {
    const e = Jump.entry(va);
    if (load<u64>(e) != va || load<u32>(e, EPOCH) != Jump.epoch()) return code_lookup(va);
    store<u64>(CPU_BASE + REG_RIP_PAGE, va & ~0xfff);
    return load<usize>(e, SLOT);
  }

  /** Pages are mixed in, because return sites of different pages often share an offset. */
  @inline static entry(va: u64): usize {
    return (JUMP_BASE as usize) + (((((va >> 12) ^ va) as usize) & (JUMP_ENTRIES - 1)) << 4);
  }
}

/** Jump.to without the jump cache, which learns the answer. */
export function code_lookup(va: u64): usize {
  store<u64>(CPU_BASE + CPU_RIP, va);
  const page = itlb_page(va);
  if (!page) return 0;
  let record = code_at(changetype<CodePage>(page), (va as u32) & 0xfff);
  if (!record) record = code_afresh(changetype<CodePage>(page), va);
  if (!record) return 0;
  const e = Jump.entry(va);
  store<u64>(e, va);
  store<usize>(e, record, SLOT);
  store<u32>(e, Jump.epoch(), EPOCH);
  store<u64>(CPU_BASE + REG_RIP_PAGE, va & ~0xfff);
  return record;
}

/** Decodes a page that ran full again from va. */
export function code_afresh(page: CodePage, va: u64): usize {
  code_invalidate(page.frame);
  const fresh = itlb_page(va);
  if (!fresh) return 0;
  const record = code_at(changetype<CodePage>(fresh), (va as u32) & 0xfff);
  if (!record) raise_out_of_memory();
  return record;
}

/** Decoded page of va with the right to execute, or 0 with the fault recorded. */
export function itlb_page(va: u64): usize {
  const tag = va & ~0xfff;
  const e = itlb_entry(va);
  if (load<u64>(e) == tag && load<u32>(e, EPOCH) == Jump.epoch()) return load<usize>(e, SLOT);
  const frame = mm_fault(mm_current(), va, ACCESS_EXEC);
  if (!frame) return 0;
  let page = code_page_find(frame);
  if (!page) page = code_page_new(frame);
  if (!page) {
    raise_out_of_memory();
    return 0;
  }
  store<u64>(e, tag);
  store<usize>(e, page, SLOT);
  store<u32>(e, Jump.epoch(), EPOCH);
  code_seen(va);
  return page;
}

/** Code at va was looked at in this epoch: a change there must end it. */
export function code_seen(va: u64): void {
  const bit = seen_bit(va);
  const mask: u8 = 1 << ((bit & 7) as u8);
  store<u8>(SEEN + (bit >> 3), load<u8>(SEEN + (bit >> 3)) | mask);
}

function itlb_entry(va: u64): usize {
  return (ITLB_BASE as usize) + (((va >> 12) as usize) & (ITLB_ENTRIES - 1)) * ITLB_ENTRY_SIZE;
}

function seen_bit(va: u64): usize {
  return ((va >> 12) as usize) & 4095;
}

// In the next two the page of ip may be dropped meanwhile; the epoch tells, and a record that is OP_DECODE is dropped already.

/** Target of the taken direct branch at ip; remembered in INSN_LINK when it lies in the same page. 0 = fetching faults. */
export function code_branch(ip: usize): usize {
  const imm = load<i64>(ip, INSN_IMM);
  const va = load<u64>(CPU_BASE + REG_RIP_PAGE) + imm;
  const epoch = Jump.epoch();
  const live = load<u16>(ip, INSN_OP) != OP_DECODE;
  const t = Jump.to(va);
  if (t && live && epoch == Jump.epoch() && (imm as u64) < 4096) store<usize>(ip, t, INSN_LINK);
  return t;
}

/** Target of the direct CALL or JMP at ip to another page. 0 = fetching faults. */
export function code_far(ip: usize): usize {
  const va = load<u64>(CPU_BASE + REG_RIP_PAGE) + load<i64>(ip, INSN_IMM);
  const epoch = Jump.epoch();
  const live = load<u16>(ip, INSN_OP) != OP_DECODE;
  const t = Jump.to(va);
  if (t && live && epoch == Jump.epoch()) {
    store<usize>(ip, t, INSN_LINK);
    store<u32>(ip, epoch, INSN_LINK2);
  }
  return t;
}

/** Makes every entry of the caches and every link to another page stale. */
export function code_new_epoch(): void {
  const epoch = Jump.epoch() + 1;
  // After 2^32 epochs old entries could look valid again.
  if (!epoch) memory.fill(ITLB_BASE, 0, JUMP_BASE + JUMP_ENTRIES * 16 - ITLB_BASE);
  store<u32>(CPU_BASE + CPU_CODE_EPOCH, epoch ? epoch : 1);
  memory.fill(SEEN, 0, 512);
}

/** The page of va may hold other code from now on. */
export function code_forget_page(va: u64): void {
  const bit = seen_bit(va);
  if (!(load<u8>(SEEN + (bit >> 3)) & (1 << ((bit & 7) as u8)))) return;
  // A store may have moved the page under the run loop's feet: its old records must not go on.
  const e = itlb_entry(va);
  if (
    (va & ~0xfff) == load<u64>(CPU_BASE + REG_RIP_PAGE) &&
    load<u64>(e) == (va & ~0xfff) &&
    load<u32>(e, EPOCH) == Jump.epoch()
  )
    code_invalidate(changetype<CodePage>(load<usize>(e, SLOT)).frame);
  code_new_epoch();
}
