// The first stack of a program: strings, random bytes, auxiliary vector, envp, argv, argc. System V ABI AMD64, 3.4.1.
//   TASK_SIZE - 8: 0 | execfn | environment strings | argument strings | "x86_64" | 16 random bytes | pad | auxv | 0 | envp | 0 |
//   argv | argc  <- rsp, 16-byte aligned; addresses fall from left to right
import {
  AT_BASE,
  AT_CLKTCK,
  AT_EGID,
  AT_ENTRY,
  AT_EUID,
  AT_EXECFN,
  AT_FLAGS,
  AT_GID,
  AT_HWCAP,
  AT_HWCAP2,
  AT_MINSIGSTKSZ,
  AT_NULL,
  AT_PAGESZ,
  AT_PHDR,
  AT_PHENT,
  AT_PHNUM,
  AT_PLATFORM,
  AT_RANDOM,
  AT_SECURE,
  AT_UID,
  PHDR_SIZE,
} from '../../abi/linux/elf.ts';
import { ENOMEM } from '../../abi/linux/errno.ts';
import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_GROWSDOWN,
  MAP_PRIVATE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from '../../abi/linux/mman.ts';
import { cpu_level } from '../cpu/level.ts';
import { cstr, str_len } from '../lib/bytes.ts';
import { random_bytes } from '../lib/random.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { Mm, mm_rlimit, RLIMIT_STACK } from '../mm/mm.ts';
import { mm_mmap } from '../mm/mmap.ts';
import { TASK_SIZE } from '../mm/place.ts';
import { mm_write } from '../mm/remote.ts';
import { ExecArgs } from './args.ts';
import { gid_told, uid_told } from '../ns/user.ts';

const STACK_EXPAND: u64 = 131072; // mapped beyond what the arguments need; more comes by growing
const AUXV_ENTRIES = 20;
const AUXV_SIZE: u32 = AUXV_ENTRIES * 16;
// Linux with IA32 emulation adds up 926 bytes for frame, padding and x87 state, then the state that XSAVE or FXSAVE saves.
const MIN_SIGNAL_STACK: u64 = 1776;
const MIN_SIGNAL_STACK_FXSAVE: u64 = 1440;
const HWCAP2_FSGSBASE: u64 = 2;
const CLOCK_TICKS: u64 = 100;
// CPUID.1:EDX of the machine: FPU VME DE PSE TSC MSR PAE MCE CX8 APIC SEP MTRR PGE MCA CMOV PAT PSE36 CLFSH MMX FXSR SSE SSE2
const HWCAP: u64 = 0x078bfbff;

/** What the auxiliary vector says of the program. */
@unmanaged
export class Auxv {
  phdr: u64;
  phnum: u64;
  base: u64; // of the interpreter
  entry: u64; // of the program
  euid: u32;
  egid: u32;
  secure: u32;
}

/** Maps the stack: 0 or -errno. */
export function map_stack(mm: Mm, args: ExecArgs, executable: bool): i64 {
  const strings = (args.len + (args.argc + args.envc) * 8 + AUXV_SIZE + 8192) as u64;
  const size = min<u64>(strings + STACK_EXPAND, max<u64>(mm_rlimit(mm, RLIMIT_STACK), strings)) & ~0xfff;
  const prot = PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0);
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN;
  const at = mm_mmap(mm, TASK_SIZE - size, size, prot, flags, 0, 0);
  return at < 0 ? at : 0;
}

/** Fills the mapped stack. The first rsp, or -errno. */
export function write_stack(mm: Mm, args: ExecArgs, path: usize, aux: Auxv): i64 {
  const execfn = TASK_SIZE - 8 - ((str_len(path) + 1) as u64);
  const strings = execfn - args.len;
  const platform = (strings & ~15) - 16;
  const random = platform - 16;
  const words = 1 + args.argc + 1 + args.envc + 1;
  const size = words * 8 + AUXV_SIZE;
  const sp = (random - (size as u64)) & ~15;
  const table = kmalloc(size);
  const bytes = memory.data(16, 8);
  if (!table) return -ENOMEM;
  random_bytes(bytes, 16);
  fill_pointers(table, args, strings);
  fill_auxv(table + words * 8, args, aux, execfn, platform, random);
  let e = mm_write(mm, execfn, path, str_len(path) + 1);
  if (!e) e = mm_write(mm, strings, args.ptr, args.len);
  if (!e) e = mm_write(mm, platform, cstr('x86_64'), 7);
  if (!e) e = mm_write(mm, random, bytes, 16);
  if (!e) e = mm_write(mm, sp, table, size);
  if (!e) e = keep_auxv(mm, table + words * 8);
  kfree(table);
  if (e) return e as i64;
  mm.startStack = sp;
  mm.argStart = strings;
  mm.argEnd = strings + args.argvLen;
  mm.envStart = mm.argEnd;
  mm.envEnd = execfn;
  return sp as i64;
}

/** argc, argv, 0, envp, 0 for strings that begin at va. */
function fill_pointers(table: usize, args: ExecArgs, va: u64): void {
  store<u64>(table, args.argc as u64);
  let out = table + 8;
  let s = args.ptr;
  for (let i: u32 = 0; i < args.argc + args.envc; i++) {
    if (i == args.argc) out += 8;
    store<u64>(out, va + (s - args.ptr));
    out += 8;
    s += str_len(s) + 1;
  }
}

function fill_auxv(p: usize, args: ExecArgs, aux: Auxv, execfn: u64, platform: u64, random: u64): void {
  p = pair(p, AT_MINSIGSTKSZ, cpu_level() < 3 ? MIN_SIGNAL_STACK_FXSAVE : MIN_SIGNAL_STACK);
  p = pair(p, AT_HWCAP, HWCAP);
  p = pair(p, AT_PAGESZ, 4096);
  p = pair(p, AT_CLKTCK, CLOCK_TICKS);
  p = pair(p, AT_PHDR, aux.phdr);
  p = pair(p, AT_PHENT, PHDR_SIZE);
  p = pair(p, AT_PHNUM, aux.phnum);
  p = pair(p, AT_BASE, aux.base);
  p = pair(p, AT_FLAGS, 0);
  p = pair(p, AT_ENTRY, aux.entry);
  p = pair(p, AT_UID, uid_told(args.uid));
  p = pair(p, AT_EUID, uid_told(aux.euid));
  p = pair(p, AT_GID, gid_told(args.gid));
  p = pair(p, AT_EGID, gid_told(aux.egid));
  p = pair(p, AT_SECURE, aux.secure);
  p = pair(p, AT_RANDOM, random);
  p = pair(p, AT_HWCAP2, cpu_level() < 3 ? 0 : HWCAP2_FSGSBASE);
  p = pair(p, AT_EXECFN, execfn);
  p = pair(p, AT_PLATFORM, platform);
  pair(p, AT_NULL, 0);
}

function pair(p: usize, type: u64, value: u64): usize {
  store<u64>(p, type);
  store<u64>(p, value, 8);
  return p + 16;
}

/** A copy for /proc/PID/auxv. */
function keep_auxv(mm: Mm, auxv: usize): i32 {
  mm.auxv = kmalloc(AUXV_SIZE);
  if (!mm.auxv) return -ENOMEM;
  memory.copy(mm.auxv, auxv, AUXV_SIZE);
  mm.auxvLen = AUXV_SIZE;
  return 0;
}
