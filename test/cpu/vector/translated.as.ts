// Runs the code of a translated vector instruction over many machine states: what vector.as.ts is to the handlers.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_RIP } from '../../../abi/cpu.ts';
import { cpu_run } from '../../../kernel/cpu/run.ts';
import { enter, leave } from './context.as.ts';
import { STATE_MEMORY, STATE_SIZE } from './state.ts';

export * from '../machine.as';

/** Room for states. */
export const CAPACITY: u32 = 1048576;
export const STATES: usize = memory.data(1048576, 4096);
const MEMORY_SIZE: usize = 64;
const FUEL: i32 = 1000;

/** Runs the code from `code` to `end` on the first n states; their memory is at the guest address `data`, `host` for us. */
export function run(n: u32, code: u64, end: u64, data: u64, host: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const s = STATES + (i as usize) * STATE_SIZE;
    enter(s, data);
    memory.copy(host, s + STATE_MEMORY, MEMORY_SIZE);
    store<u64>(CPU_BASE + CPU_RIP, code);
    cpu_run(FUEL);
    memory.copy(s + STATE_MEMORY, host, MEMORY_SIZE);
    leave(s, load<u64>(CPU_BASE + CPU_RIP) >= end);
  }
}
