// The text of --trace: blocks, oldest first, with the file they lie in, then the registers.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_FAULT_VA, CPU_RIP, REG_FS_BASE } from '../../abi/cpu.ts';
import { flags_get } from '../cpu/flags.ts';
import { trace_write } from '../io/trace_stream.ts';
import { cstr } from '../lib/bytes.ts';
import { Text, text_new } from '../lib/fmt.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { vma_find } from '../mm/vma_set.ts';
import { file_path } from '../vfs/file_path.ts';
import { Task } from './task.ts';
import { TRACE_BLOCKS, trace_entry } from './trace.ts';

const PATH_MAX = 4096;
// 4 bytes a name, in the order of the CPU context.
const NAMES: usize = cstr('rax rcx rdx rbx rsp rbp rsi rdi r8  r9  r10 r11 r12 r13 r14 r15 ');

export function trace_print(t: Task, sig: i32): void {
  const text = text_new();
  if (!changetype<usize>(text)) return;
  for (let i: u32 = 0; i < TRACE_BLOCKS; i++) {
    const entry = trace_entry(i);
    if (load<i32>(entry, 8) == t.tid) put_address(text, t, load<u64>(entry)).char(10);
  }
  put_address(
    text.char(0x5b).dec(t.tid).puts(cstr('] signal ')).dec(sig).puts(cstr(' at ')),
    t,
    load<u64>(CPU_BASE, CPU_RIP),
  );
  text.puts(cstr(', address ')).hex(load<u64>(CPU_BASE, CPU_FAULT_VA), 1);
  text
    .puts(cstr(', eflags '))
    .hex(flags_get(), 1)
    .puts(cstr(', fs '))
    .hex(load<u64>(CPU_BASE, REG_FS_BASE), 1)
    .char(10);
  for (let i = 0; i < 16; i++) {
    text
      .putn(NAMES + i * 4, 4)
      .hex(load<u64>(CPU_BASE + i * 8), 16)
      .char((i & 3) == 3 ? 10 : 32);
  }
  trace_write(text);
}

/** The address and, where a file is mapped, its path and the offset in it. */
function put_address(text: Text, t: Task, va: u64): Text {
  text.hex(va, 12);
  const vma = vma_find(t.mm, va);
  if (!changetype<usize>(vma) || va < vma.start || !vma.file) return text;
  const path = kmalloc(PATH_MAX);
  if (!path) return text;
  const length = file_path(vma.file, path, PATH_MAX);
  if (length > 0)
    text
      .char(0x20)
      .puts(path)
      .char(0x2b)
      .hex(vma.offset + (va - vma.start), 1);
  kfree(path);
  return text;
}
