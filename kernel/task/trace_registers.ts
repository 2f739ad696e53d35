// A register dump in text, for the host's stderr.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_FAULT_VA, CPU_RIP, REG_FS_BASE } from '../../abi/cpu.ts';
import { flags_get } from '../cpu/flags.ts';
import { trace_write } from '../io/trace_stream.ts';
import { cstr } from '../lib/bytes.ts';
import { Text, text_new } from '../lib/fmt.ts';
import { Task } from './task.ts';

// 4 bytes a name, in the order of the CPU context.
const NAMES: usize = cstr('rax rcx rdx rbx rsp rbp rsi rdi r8  r9  r10 r11 r12 r13 r14 r15 ');

export function trace_registers(t: Task, sig: i32): void {
  const text = text_new();
  if (!changetype<usize>(text)) return;
  text.puts(cstr('[')).dec(t.tid).puts(cstr('] signal ')).dec(sig);
  text.puts(cstr(' at rip ')).hex(load<u64>(CPU_BASE, CPU_RIP), 16);
  text.puts(cstr(' address ')).hex(load<u64>(CPU_BASE, CPU_FAULT_VA), 1);
  text.puts(cstr(' eflags ')).hex(flags_get(), 8).puts(cstr(' fs ')).hex(load<u64>(CPU_BASE, REG_FS_BASE), 1).char(10);
  for (let i = 0; i < 16; i++) {
    text
      .putn(NAMES + i * 4, 4)
      .hex(load<u64>(CPU_BASE + i * 8), 16)
      .char((i & 3) == 3 ? 10 : 32);
  }
  trace_write(text);
}
