// A panic is our own bug: the reason goes to the control block, then the engine traps. The box is dead afterwards.
import { CONTROL_BASE } from '../../abi/box.ts';
import { CONTROL_PANIC_LEN, CONTROL_PANIC_PTR } from '../../abi/host.ts';
import { str_len } from './bytes.ts';

/** Never returns. msg is NUL-terminated and static. */
export function panic(msg: usize): void {
  store<u32>(CONTROL_BASE, msg as u32, CONTROL_PANIC_PTR);
  store<u32>(CONTROL_BASE, str_len(msg), CONTROL_PANIC_LEN);
  unreachable();
}
