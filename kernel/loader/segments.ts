// Mapping the PT_LOAD segments of a program or its interpreter into a new address space. fs/binfmt_elf.c.
import {
  ET_DYN,
  P_ALIGN,
  P_FILESZ,
  P_FLAGS,
  P_MEMSZ,
  P_OFFSET,
  P_TYPE,
  P_VADDR,
  PF_R,
  PF_W,
  PF_X,
  PT_LOAD,
} from '../../abi/linux/elf.ts';
import { EFAULT, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import {
  MAP_ANONYMOUS,
  MAP_FIXED_NOREPLACE,
  MAP_PRIVATE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from '../../abi/linux/mman.ts';
import { IS_BLOCKED } from '../lib/err.ts';
import { Mm } from '../mm/mm.ts';
import { mm_mmap } from '../mm/mmap.ts';
import { place } from '../mm/place.ts';
import { mm_clear } from '../mm/remote.ts';
import { Elf, elf_high, elf_low } from './elf.ts';

/** Where position-independent programs go: two thirds of the address space, not randomised. */
const ELF_ET_DYN_BASE: u64 = 0x555555554000;

/** Chooses where elf goes: bias to add to its addresses (0 for ET_EXEC), or -errno. */
export function choose_bias(mm: Mm, elf: Elf, isInterpreter: bool): i64 {
  const low = elf_low(elf);
  const high = elf_high(elf);
  if (low >= high) return -EINVAL;
  if (elf.type != ET_DYN) return 0;
  const align = largest_align(elf);
  if (!isInterpreter) return ((ELF_ET_DYN_BASE & ~(align - 1)) - low) as i64;
  const at = place(mm, 0, high - low + (align - 0x1000), 0);
  return at < 0 ? at : (((((at as u64) + align - 1) & ~(align - 1)) - low) as i64);
}

/** The largest p_align that is a power of two, at least a page. */
function largest_align(elf: Elf): u64 {
  let align: u64 = 0x1000;
  for (let i: u32 = 0; i < elf.phnum; i++) {
    const ph = elf.phdr(i);
    const a = load<u64>(ph, P_ALIGN);
    if (load<u32>(ph, P_TYPE) == PT_LOAD && popcnt(a) == 1 && a < 1 << 30) align = max<u64>(align, a);
  }
  return align;
}

/** Maps every PT_LOAD at its address + bias: 0, -errno, -EBLOCKED. */
export function map_segments(mm: Mm, elf: Elf, bias: u64): i64 {
  for (let i: u32 = 0; i < elf.phnum; i++) {
    const ph = elf.phdr(i);
    if (load<u32>(ph, P_TYPE) != PT_LOAD || !load<u64>(ph, P_MEMSZ)) continue;
    const e = map_segment(mm, elf.file, ph, bias);
    if (e) return e;
  }
  return 0;
}

function prot_of(ph: usize): i32 {
  const flags = load<u32>(ph, P_FLAGS);
  return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

function map_segment(mm: Mm, file: usize, ph: usize, bias: u64): i64 {
  const vaddr = load<u64>(ph, P_VADDR) + bias;
  const offset = load<u64>(ph, P_OFFSET);
  const filesz = load<u64>(ph, P_FILESZ);
  const prot = prot_of(ph);
  const start = vaddr & ~0xfff;
  const end = vaddr + load<u64>(ph, P_MEMSZ);
  if ((vaddr ^ offset) & 0xfff) return -EINVAL;
  let mapped = start;
  if (filesz) {
    const size = filesz + (vaddr - start);
    const at = mm_mmap(mm, start, size, prot, MAP_PRIVATE | MAP_FIXED_NOREPLACE, file, offset - (vaddr - start));
    if (at < 0) return at;
    mapped = (start + size + 0xfff) & ~0xfff;
    // The rest of the last page is zero, behind the bss as well: ld.so allocates from there. A segment that is not
    // writable keeps the file's bytes.
    const bss = vaddr + filesz;
    const e = end > bss && prot & PROT_WRITE ? mm_clear(mm, bss, mapped - bss) : 0;
    if (IS_BLOCKED(e) || e == -ENOMEM) return e as i64;
    if (e) return -EFAULT;
  }
  if (((end + 0xfff) & ~0xfff) <= mapped) return 0;
  const at = mm_mmap(mm, mapped, end - mapped, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, 0, 0);
  return at < 0 ? at : 0;
}

/** Notes where code, data and heap of the program lie. */
export function note_layout(mm: Mm, elf: Elf, bias: u64): void {
  let startCode: u64 = u64.MAX_VALUE;
  for (let i: u32 = 0; i < elf.phnum; i++) {
    const ph = elf.phdr(i);
    if (load<u32>(ph, P_TYPE) != PT_LOAD) continue;
    const start = load<u64>(ph, P_VADDR) + bias;
    const end = start + load<u64>(ph, P_FILESZ);
    if (load<u32>(ph, P_FLAGS) & PF_X) {
      startCode = min<u64>(startCode, start);
      mm.endCode = max<u64>(mm.endCode, end);
    }
    mm.startData = max<u64>(mm.startData, start);
    mm.endData = max<u64>(mm.endData, end);
  }
  mm.startCode = startCode;
  mm.startBrk = elf_high(elf) + bias;
  mm.brk = mm.startBrk;
}
