// ELF64 headers: reading and checking them. elf(5). Everything in a file is hostile until it was compared with its bounds.
import {
  E_ENTRY,
  E_MACHINE,
  E_PHENTSIZE,
  E_PHNUM,
  E_PHOFF,
  E_TYPE,
  EHDR_SIZE,
  EI_CLASS,
  EI_DATA,
  ELFCLASS64,
  ELFDATA2LSB,
  ELF_MAGIC,
  EM_X86_64,
  ET_DYN,
  ET_EXEC,
  PHDR_SIZE,
  PT_INTERP,
  PT_LOAD,
  P_FILESZ,
  P_MEMSZ,
  P_OFFSET,
  P_TYPE,
  P_VADDR,
} from '../../abi/linux/elf.ts';
import { ENOEXEC, ENOMEM } from '../../abi/linux/errno.ts';
import { ERR_PTR, IS_BLOCKED } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { TASK_SIZE } from '../mm/place.ts';
import { file_pread } from '../vfs/file.ts';

const MAX_PHDRS_SIZE: u32 = 65536;
const PATH_MAX: u64 = 4096;

/** The headers of an ELF file; phdrs follow the record. */
@unmanaged
export class Elf {
  file: usize; // not referenced
  type: u32;
  phnum: u32;
  entry: u64;
  phoff: u64;

  @inline phdr(i: u32): usize {
    return changetype<usize>(this) + offsetof<Elf>() + i * PHDR_SIZE;
  }
}

/** Elf (kmalloc'ed), or ERR_PTR: `bad` for what is no program of this machine, ENOMEM, EBLOCKED, EIO. */
export function elf_open(file: usize, bad: i32): usize {
  const h = memory.data(64, 8);
  const n = file_pread(file, h, 0, EHDR_SIZE);
  if (n < 0) return ERR_PTR(n as i32);
  if (n < EHDR_SIZE || !is_ours(h)) return ERR_PTR(bad);
  const phnum = load<u16>(h, E_PHNUM) as u32;
  const size = phnum * PHDR_SIZE;
  if (load<u16>(h, E_PHENTSIZE) != PHDR_SIZE || !phnum || size > MAX_PHDRS_SIZE) return ERR_PTR(bad);
  const elf = changetype<Elf>(kmalloc(offsetof<Elf>() + size));
  if (!changetype<usize>(elf)) return ERR_PTR(-ENOMEM);
  elf.file = file;
  elf.type = load<u16>(h, E_TYPE);
  elf.phnum = phnum;
  elf.entry = load<u64>(h, E_ENTRY);
  elf.phoff = load<u64>(h, E_PHOFF);
  const got = file_pread(file, elf.phdr(0), elf.phoff, size);
  if (got == size) return changetype<usize>(elf);
  kfree(changetype<usize>(elf));
  return ERR_PTR(IS_BLOCKED(got) ? (got as i32) : bad);
}

function is_ours(h: usize): bool {
  if (load<u32>(h) != ELF_MAGIC || load<u8>(h, EI_CLASS) != ELFCLASS64 || load<u8>(h, EI_DATA) != ELFDATA2LSB)
    return false;
  const type = load<u16>(h, E_TYPE) as i32;
  return load<u16>(h, E_MACHINE) == EM_X86_64 && (type == ET_EXEC || type == ET_DYN);
}

/** The first program header of that type, or 0. */
export function elf_find(elf: Elf, type: u32): usize {
  for (let i: u32 = 0; i < elf.phnum; i++) {
    if (load<u32>(elf.phdr(i), P_TYPE) == type) return elf.phdr(i);
  }
  return 0;
}

/** PT_INTERP's path (kmalloc'ed), 0 = none, or ERR_PTR. */
export function elf_interpreter(elf: Elf): usize {
  const ph = elf_find(elf, PT_INTERP);
  if (!ph) return 0;
  const size = load<u64>(ph, P_FILESZ);
  if (size < 2 || size > PATH_MAX) return ERR_PTR(-ENOEXEC);
  const path = kmalloc(size as usize);
  if (!path) return ERR_PTR(-ENOMEM);
  const got = file_pread(elf.file, path, load<u64>(ph, P_OFFSET), size as usize);
  if (got == (size as i64) && !load<u8>(path + (size as usize) - 1)) return path;
  kfree(path);
  return ERR_PTR(got < 0 ? (got as i32) : -ENOEXEC);
}

/** First page-aligned address of the PT_LOADs; all ones = there are none. */
export function elf_low(elf: Elf): u64 {
  let low: u64 = u64.MAX_VALUE;
  for (let i: u32 = 0; i < elf.phnum; i++) {
    const ph = elf.phdr(i);
    if (load<u32>(ph, P_TYPE) == PT_LOAD) low = min<u64>(low, load<u64>(ph, P_VADDR) & ~0xfff);
  }
  return low;
}

/** Page-aligned end of the PT_LOADs, or 0 when one does not fit the address space. */
export function elf_high(elf: Elf): u64 {
  let high: u64 = 0;
  for (let i: u32 = 0; i < elf.phnum; i++) {
    const ph = elf.phdr(i);
    if (load<u32>(ph, P_TYPE) != PT_LOAD) continue;
    const start = load<u64>(ph, P_VADDR);
    const size = load<u64>(ph, P_MEMSZ);
    if (size > TASK_SIZE || start > TASK_SIZE - size || load<u64>(ph, P_FILESZ) > size) return 0;
    high = max<u64>(high, (start + size + 0xfff) & ~0xfff);
  }
  return high;
}
