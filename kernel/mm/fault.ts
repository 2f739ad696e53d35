// Page faults: demand zero, file pages, copy-on-write, stack growth. arch/x86/mm/fault.c, mm/memory.c.
// Invariant: a fault either leaves the page table with the right asked for, or changes nothing.
import { CPU_BASE, PAGE_SIZE } from '../../abi/box.ts';
import {
  ACCESS_EXEC,
  ACCESS_WRITE,
  CPU_EXIT,
  CPU_FAULT_ACCESS,
  CPU_FAULT_CODE,
  CPU_FAULT_SIG,
  CPU_FAULT_VA,
  CPU_WORK,
  EXIT_BLOCKED,
  EXIT_FAULT,
  WORK_FAULT,
} from '../../abi/cpu.ts';
import { ENOMEM } from '../../abi/linux/errno.ts';
import { ERR_PTR, IS_BLOCKED, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { current } from '../task/task.ts';
import { File } from '../vfs/file.ts';
import { pagecache_get, pagecache_mkwrite } from '../vfs/pagecache.ts';
import { frame_alloc_user, frame_count, frame_get, frame_put } from './frame.ts';
import { Mm, mm_is_active, mm_root } from './mm.ts';
import {
  PTE_EXEC,
  PTE_FRAME,
  PTE_PRESENT,
  PTE_READ,
  PTE_WRITE,
  VA_END,
  pt_entry,
  pt_entry_alloc,
} from './page_table.ts';
import { oom_wait } from './oom.ts';
import { shared_page } from './shared.ts';
import { stack_grow } from './stack.ts';
import { tlb_flush_page } from './tlb.ts';
import { page_for_read, page_for_write } from './twin.ts';
import { VM_ACCESS, VM_EXEC, VM_SHARED, VM_WRITE, Vma } from './vma.ts';
import { vma_find } from './vma_set.ts';
import { zero_frame } from './zero.ts';

// What a fault that cannot be resolved comes to, as ERR_PTR of fault_in.
export const FAULT_MAPERR = -1;
export const FAULT_ACCERR = -2;
export const FAULT_BUS = -3;
export const FAULT_OOM = -4;
export const FAULT_BLOCKED = -5;

const SIGBUS: u32 = 7;
const SIGKILL: u32 = 9;
const SIGSEGV: u32 = 11;
const SEGV_MAPERR: u32 = 1;
const SEGV_ACCERR: u32 = 2;
const BUS_ADRERR: u32 = 2;
const SI_KERNEL: u32 = 0x80;

/** Frame of va with the right `access` (ACCESS_*) ensured; 0 = CPU_EXIT and CPU_FAULT_* are filled. */
export function mm_fault(mm: Mm, va: u64, access: u32): usize {
  const frame = fault_in(mm, va, access);
  if (!IS_ERR(frame)) return frame;
  const fault = PTR_ERR(frame);
  report(fault == FAULT_OOM && oom_wait() ? FAULT_BLOCKED : fault, va, access);
  return 0;
}

function report(fault: i32, va: u64, access: u32): void {
  if (fault == FAULT_BLOCKED) {
    store<u32>(CPU_BASE, EXIT_BLOCKED, CPU_EXIT);
    return;
  }
  let sig = SIGSEGV;
  let code = SEGV_MAPERR;
  if (fault == FAULT_ACCERR) code = SEGV_ACCERR;
  else if (fault == FAULT_BUS) {
    sig = SIGBUS;
    code = BUS_ADRERR;
  } else if (fault == FAULT_OOM) {
    sig = SIGKILL;
    code = SI_KERNEL;
  } else if (va >= VA_END && va < ~(VA_END - 1)) {
    code = SI_KERNEL; // not canonical: a general protection exception, which knows no address
    va = 0;
  }
  store<u32>(CPU_BASE, EXIT_FAULT, CPU_EXIT);
  store<u32>(CPU_BASE, sig, CPU_FAULT_SIG);
  store<u32>(CPU_BASE, code, CPU_FAULT_CODE);
  store<u32>(CPU_BASE, access, CPU_FAULT_ACCESS);
  store<u64>(CPU_BASE, va, CPU_FAULT_VA);
}

/** The PTE right that an access needs. */
function right_of(access: u32): u32 {
  return access == ACCESS_WRITE ? PTE_WRITE : access == ACCESS_EXEC ? PTE_EXEC : PTE_READ;
}

/** Frame of va with the right ensured, or ERR_PTR(FAULT_*); no side effect on the CPU scratch. */
export function fault_in(mm: Mm, va: u64, access: u32): usize {
  if (va >= VA_END) return ERR_PTR(FAULT_MAPERR);
  const e = pt_entry(mm_root(mm), va);
  if (e) {
    const pte = load<u32>(e);
    if (pte & right_of(access)) return ready((pte & PTE_FRAME) as usize, access);
  }
  const v = vma_find(mm, va);
  if (!changetype<usize>(v)) return ERR_PTR(FAULT_MAPERR);
  if (va < v.start && !stack_grow(mm, v, va)) return ERR_PTR(FAULT_MAPERR);
  const allowed =
    access == ACCESS_WRITE ? v.flags & VM_WRITE : access == ACCESS_EXEC ? v.flags & VM_EXEC : v.flags & VM_ACCESS;
  if (!allowed) return ERR_PTR(FAULT_ACCERR);
  const frame = resolve(mm, v, va & ~0xfff, access == ACCESS_WRITE);
  return IS_ERR(frame) ? frame : ready(frame, access);
}

function ready(frame: usize, access: u32): usize {
  return access == ACCESS_WRITE ? page_for_write(frame) : page_for_read(frame);
}

function resolve(mm: Mm, v: Vma, va: u64, write: bool): usize {
  const e = pt_entry_alloc(mm_root(mm), va);
  if (!e) return ERR_PTR(FAULT_OOM);
  const old = (load<u32>(e) & PTE_FRAME) as usize;
  let frame = old;
  if (!old) frame = v.flags & VM_SHARED ? shared_in(v, va, write) : private_in(v, va, write);
  else if (write) frame = v.flags & VM_SHARED ? announce(v, va, old) : own(old);
  if (IS_ERR(frame)) return frame;
  const writable = write && v.flags & VM_WRITE;
  store<u32>(e, (frame as u32) | pte_rights(v.flags) | (writable ? PTE_WRITE : 0));
  if (!old) {
    mm.rss++;
    if (mm.rss > mm.maxRss) mm.maxRss = mm.rss;
  } else if (mm_is_active(mm)) tlb_flush_page(va);
  if (mm_is_active(mm)) count_fault();
  return frame;
}

/** Every fault is a minor one: waiting for the image is the host's time, not a device's. */
function count_fault(): void {
  store<i64>(CPU_BASE, load<i64>(CPU_BASE, CPU_WORK) - WORK_FAULT, CPU_WORK);
  const t = current();
  if (changetype<usize>(t)) t.minFaults++;
}

/** PTE bits of a present page in an area with these flags, without the right to write. */
export function pte_rights(flags: u32): u32 {
  return PTE_PRESENT | (flags & VM_ACCESS ? PTE_READ : 0) | (flags & VM_EXEC ? PTE_EXEC : 0);
}

/** The page of a private area: its own when it is to be written, else the file's or the zero page. */
function private_in(v: Vma, va: u64, write: bool): usize {
  if (v.file) {
    const page = file_page(v, va);
    return IS_ERR(page) || !write ? page : own(page);
  }
  if (!write) {
    const zero = zero_frame();
    if (!zero) return ERR_PTR(FAULT_OOM);
    frame_get(zero);
    return zero;
  }
  const frame = frame_alloc_user();
  if (!frame) return ERR_PTR(FAULT_OOM);
  memory.fill(frame, 0, PAGE_SIZE);
  return frame;
}

/** The frame itself when the caller's reference is the only one, else a copy in exchange for the reference. */
function own(frame: usize): usize {
  if (frame_count(frame) == 1) return frame;
  const copy = frame_alloc_user();
  if (!copy) return ERR_PTR(FAULT_OOM);
  memory.copy(copy, page_for_read(frame), PAGE_SIZE);
  frame_put(frame);
  return copy;
}

function shared_in(v: Vma, va: u64, write: bool): usize {
  if (!v.file) {
    const page = shared_page(v.shared, va - v.start + v.offset);
    return page ? page : ERR_PTR(FAULT_OOM);
  }
  const page = file_page(v, va);
  if (IS_ERR(page) || !write) return page;
  const announced = announce(v, va, page);
  if (IS_ERR(announced)) frame_put(page);
  return announced;
}

function file_page(v: Vma, va: u64): usize {
  const index = (va - v.start + v.offset) >> 12;
  if (index > 0xffffffff) return ERR_PTR(FAULT_BUS); // no file is that long
  const page = pagecache_get(changetype<File>(v.file).inode, index as u32);
  return IS_ERR(page) ? file_fault(PTR_ERR(page)) : page;
}

/** Tells the page cache of a store through a shared mapping; the frame again, or ERR_PTR. */
function announce(v: Vma, va: u64, frame: usize): usize {
  if (!v.file) return frame;
  const e = pagecache_mkwrite(changetype<File>(v.file).inode, ((va - v.start + v.offset) >> 12) as u32);
  return e < 0 ? file_fault(e) : frame;
}

function file_fault(e: i32): usize {
  if (IS_BLOCKED(e)) return ERR_PTR(FAULT_BLOCKED);
  return ERR_PTR(e == -ENOMEM ? FAULT_OOM : FAULT_BUS);
}
