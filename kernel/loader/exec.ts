// execve(2): builds the new address space beside the old one. Nothing of the old image changes before exec_commit.
// Use: args -> exec_prepare (repeated after EBLOCKED) -> task/exec.ts ends the other threads -> exec_commit.
// Addresses are not randomised, so that two runs of a box are alike.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_CONTEXT_SIZE, CPU_EFLAGS, CPU_FCW, CPU_MXCSR, CPU_RIP, GPR_RSP } from '../../abi/cpu.ts';
import { PF_X, PT_GNU_STACK, PT_LOAD, P_FILESZ, P_FLAGS, P_OFFSET, P_TYPE, P_VADDR } from '../../abi/linux/elf.ts';
import { ELIBBAD, ELOOP, ENOEXEC, ENOMEM } from '../../abi/linux/errno.ts';
import { str_len } from '../lib/bytes.ts';
import { ERR_PTR, IS_BLOCKED, IS_ERR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { Mm, mm_activate, mm_copy_rlimits, mm_current, mm_new, mm_put } from '../mm/mm.ts';
import { MMAP_BASE } from '../mm/place.ts';
import { open_exec } from '../vfs/exec_file.ts';
import { File, file_get, file_pread, file_put } from '../vfs/file.ts';
import { Inode } from '../vfs/inode.ts';
import { ExecArgs, exec_args_arg, exec_args_free } from './args.ts';
import { Elf, elf_find, elf_interpreter, elf_open } from './elf.ts';
import { HEAD_SIZE, is_script, script_args, script_parse } from './script.ts';
import { is_wasm, WASM_LOADER } from './wasm.ts';
import { choose_bias, map_segments, note_layout } from './segments.ts';
import { Auxv, map_stack, write_stack } from './stack.ts';
import { MS_NOSUID } from '../../abi/linux/mount.ts';
import { current_user_ns, gid_in, NO_ID, uid_in } from '../ns/user.ts';

const MAX_SCRIPTS = 5; // a script whose interpreter is a script ...: Linux gives up then
const SIGSEGV: u32 = 11;
const S_ISUID: u32 = 0o4000;
const S_ISGID_EXEC: u32 = 0o2010;
const EFLAGS_USER: u64 = 0x202;
const FCW_INIT: u32 = 0x37f;
const MXCSR_INIT: u32 = 0x1f80;

/** A program ready to start. */
@unmanaged
export class Exec {
  mm: Mm;
  file: usize; // File executed in the end (the interpreter of a script), with a reference
  entry: u64;
  sp: u64;
  euid: u32; // with set-user-ID applied
  egid: u32;
  secure: u32; // AT_SECURE
  deathSignal: u32; // not 0: past Linux's point of no return the load failed; commit, then kill with this signal
  comm: u64; // first 15 bytes of the path's last name: 16 bytes with the NUL
  comm2: u64;
  committed: u32;
}
const COMM_SIZE = 15;

/**
 * Loads `file` (from open_exec; its reference is taken over on success only), known to the user as path.
 * Exec ptr, or ERR_PTR(-errno) with nothing changed; EBLOCKED = repeat later. args stay the caller's.
 */
export function exec_prepare(file: usize, path: usize, args: ExecArgs): usize {
  if (!args.argc) {
    const e = exec_args_arg(args, EMPTY);
    if (e) return ERR_PTR(e);
  }
  const head = kmalloc(HEAD_SIZE + 1);
  if (!head) return ERR_PTR(-ENOMEM);
  const exec = prepare_file(file, path, path, args, head, 0);
  kfree(head);
  return exec;
}
const EMPTY: usize = memory.data(1);

/** A script is resolved by one level of recursion for each interpreter; name is what argv shows for `file`. */
function prepare_file(file: usize, path: usize, name: usize, args: ExecArgs, head: usize, depth: i32): usize {
  memory.fill(head, 0, HEAD_SIZE + 1);
  const n = file_pread(file, head, 0, HEAD_SIZE);
  if (n < 0) return ERR_PTR(n as i32);
  const wasm = is_wasm(head);
  if (!wasm && !is_script(head)) return prepare_elf(file, path, args);
  if (depth == MAX_SCRIPTS) return ERR_PTR(-ELOOP);
  const argument = memory.data(4, 4);
  const interpreter = wasm ? WASM_LOADER : script_parse(head, argument);
  if (IS_ERR(interpreter)) return interpreter;
  const opened = open_exec(interpreter);
  if (IS_ERR(opened)) return wasm && !IS_BLOCKED(opened as i32) ? ERR_PTR(-ENOEXEC) : opened;
  // A module keeps its argv[0], behind the path by which the loader finds it.
  const shifted = wasm
    ? script_args(args, interpreter, name, args.ptr)
    : script_args(args, interpreter, load<usize>(argument), name);
  let result = shifted;
  if (!IS_ERR(shifted)) {
    const own = head_copy(interpreter);
    result = own ? prepare_file(opened, path, own, changetype<ExecArgs>(shifted), head, depth + 1) : ERR_PTR(-ENOMEM);
    kfree(own);
    exec_args_free(changetype<ExecArgs>(shifted));
  }
  file_put(IS_ERR(result) ? opened : file);
  return result;
}

/** A copy of a name that lies in the head buffer, which the next level reads into. */
function head_copy(s: usize): usize {
  const n = str_len(s) + 1;
  const copy = kmalloc(n);
  if (copy) memory.copy(copy, s, n);
  return copy;
}

function prepare_elf(file: usize, path: usize, args: ExecArgs): usize {
  const elf = elf_open(file, -ENOEXEC);
  if (IS_ERR(elf)) return elf;
  const exec = with_interpreter(changetype<Elf>(elf), path, args);
  kfree(elf);
  return exec;
}

function with_interpreter(elf: Elf, path: usize, args: ExecArgs): usize {
  const name = elf_interpreter(elf);
  if (!name) return build(elf, changetype<Elf>(0), path, args);
  if (IS_ERR(name)) return name;
  const file = open_exec(name);
  kfree(name);
  if (IS_ERR(file)) return file;
  const interpreter = elf_open(file, -ELIBBAD);
  let exec = interpreter;
  if (!IS_ERR(interpreter)) {
    exec = build(elf, changetype<Elf>(interpreter), path, args);
    kfree(interpreter);
  }
  file_put(file);
  return exec;
}

/** All headers are known to be good: the record and the address space. */
function build(elf: Elf, interpreter: Elf, path: usize, args: ExecArgs): usize {
  const exec = changetype<Exec>(kmalloc(offsetof<Exec>()));
  if (!changetype<usize>(exec)) return ERR_PTR(-ENOMEM);
  const mm = mm_new();
  if (!changetype<usize>(mm)) {
    kfree(changetype<usize>(exec));
    return ERR_PTR(-ENOMEM);
  }
  exec.mm = mm;
  mm.mmapBase = MMAP_BASE;
  if (changetype<usize>(mm_current())) mm_copy_rlimits(mm, mm_current());
  set_ids(exec, elf.file, args);
  set_comm(exec, path);
  const e = load_image(exec, elf, interpreter, path, args);
  if (IS_BLOCKED(e)) {
    mm_put(mm);
    kfree(changetype<usize>(exec));
    return ERR_PTR(e as i32);
  }
  if (e) exec.deathSignal = SIGSEGV;
  exec.file = elf.file;
  mm.exeFile = file_get(elf.file);
  return changetype<usize>(exec);
}

function set_ids(exec: Exec, file: usize, args: ExecArgs): void {
  const inode = changetype<Inode>(changetype<File>(file).inode);
  const user = current_user_ns();
  // Set-id counts for owners that the caller's user namespace knows, and not on a nosuid mount.
  const known = uid_in(user, inode.uid) != NO_ID && gid_in(user, inode.gid) != NO_ID;
  const honoured = !args.noNewPrivs && known && !(changetype<File>(file).mount.flags & MS_NOSUID);
  exec.euid = honoured && inode.mode & S_ISUID ? inode.uid : args.euid;
  exec.egid = honoured && (inode.mode & S_ISGID_EXEC) == S_ISGID_EXEC ? inode.gid : args.egid;
  exec.secure = exec.euid != args.uid || exec.egid != args.gid ? 1 : 0;
}

function set_comm(exec: Exec, path: usize): void {
  let name = path;
  for (let p = path; load<u8>(p); p++) if (load<u8>(p) == 0x2f) name = p + 1;
  const to = changetype<usize>(exec) + offsetof<Exec>('comm');
  for (let i = 0; i < COMM_SIZE && load<u8>(name + i); i++) store<u8>(to + i, load<u8>(name + i));
}

/** Maps everything: 0 or -errno. */
function load_image(exec: Exec, elf: Elf, interpreter: Elf, path: usize, args: ExecArgs): i64 {
  const mm = exec.mm;
  const stackHeader = elf_find(elf, PT_GNU_STACK);
  let e = map_stack(mm, args, stackHeader != 0 && (load<u32>(stackHeader, P_FLAGS) & PF_X) != 0);
  if (e) return e;
  const bias = choose_bias(mm, elf, false);
  if (bias < 0 && bias > -4096) return bias;
  e = map_segments(mm, elf, bias as u64);
  if (e) return e;
  note_layout(mm, elf, bias as u64);
  const aux = changetype<Auxv>(AUX);
  aux.entry = elf.entry + (bias as u64);
  aux.base = 0;
  exec.entry = aux.entry;
  if (changetype<usize>(interpreter)) {
    const base = choose_bias(mm, interpreter, true);
    if (base < 0 && base > -4096) return base;
    e = map_segments(mm, interpreter, base as u64);
    if (e) return e;
    aux.base = base as u64;
    exec.entry = interpreter.entry + (base as u64);
  }
  aux.phdr = phdr_address(elf, bias as u64);
  aux.phnum = elf.phnum;
  aux.euid = exec.euid;
  aux.egid = exec.egid;
  aux.secure = exec.secure;
  const sp = write_stack(mm, args, path, aux);
  if (sp < 0) return sp;
  exec.sp = sp as u64;
  return 0;
}
const AUX = memory.data(48, 8);

/** Where the program finds its own program headers: in the segment that covers them in the file. */
function phdr_address(elf: Elf, bias: u64): u64 {
  for (let i: u32 = 0; i < elf.phnum; i++) {
    const ph = elf.phdr(i);
    const offset = load<u64>(ph, P_OFFSET);
    if (load<u32>(ph, P_TYPE) != PT_LOAD || offset > elf.phoff) continue;
    if (elf.phoff - offset < load<u64>(ph, P_FILESZ)) return elf.phoff - offset + load<u64>(ph, P_VADDR) + bias;
  }
  return 0;
}

/** Activates the new address space and resets the CPU context at CPU_BASE; the caller puts the old mm and frees exec. */
export function exec_commit(exec: Exec): void {
  exec.committed = 1;
  mm_activate(exec.mm);
  memory.fill(CPU_BASE, 0, CPU_CONTEXT_SIZE);
  store<u64>(CPU_BASE, exec.entry, CPU_RIP);
  store<u64>(CPU_BASE, exec.sp, GPR_RSP);
  store<u64>(CPU_BASE, EFLAGS_USER, CPU_EFLAGS);
  store<u16>(CPU_BASE, FCW_INIT as u16, CPU_FCW);
  store<u32>(CPU_BASE, MXCSR_INIT, CPU_MXCSR);
}

/** Frees a prepared program that will not run (with its mm), or after exec_commit the record alone. */
export function exec_free(exec: Exec): void {
  if (!exec.committed) mm_put(exec.mm);
  file_put(exec.file);
  kfree(changetype<usize>(exec));
}
