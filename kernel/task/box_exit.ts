// The end of the box: pid 1 is gone. Its status becomes the box's, as Docker shows it; then the changed files go out if asked.
import { CONTROL_BASE } from '../../abi/box.ts';
import {
  CONTROL_EXIT_REASON,
  CONTROL_EXIT_STATUS,
  CONTROL_FLAGS,
  EXITED_LIMIT_MEMORY,
  EXITED_NORMAL,
  EXITED_SIGNAL,
  HOST_LAYER,
} from '../../abi/host.ts';
import { SIGKILL } from '../../abi/linux/signal.ts';
import { streams_busy } from '../fs/hoststream.ts';
import { layer_emit } from '../fs/boxfs/layer.ts';
import { host_writeback_all } from '../fs/hostfs/writeback.ts';
import { console_drained } from '../fs/tty/console.ts';
import { ring_waiting } from '../io/ring.ts';
import { oom_killed_init } from '../mm/oom.ts';

const BOX_RUNNING: u32 = 0;
const BOX_EMITTING: u32 = 1;
const BOX_EXITED: u32 = 2;

const STATE: usize = memory.data(4, 4);

/** Pid 1 ended with that wait status. */
export function box_exit(code: i32): void {
  const signal = code & 0x7f;
  box_exit_with(signal ? 128 + signal : (code >> 8) & 0xff, signal ? death(signal) : EXITED_NORMAL);
}

function death(signal: i32): i32 {
  return signal == SIGKILL && oom_killed_init() ? EXITED_LIMIT_MEMORY : EXITED_SIGNAL;
}

export function box_exit_with(status: i32, reason: i32): void {
  store<u32>(CONTROL_BASE, status, CONTROL_EXIT_STATUS);
  store<u32>(CONTROL_BASE, reason, CONTROL_EXIT_REASON);
  store<u32>(STATE, load<u32>(CONTROL_BASE, CONTROL_FLAGS) & HOST_LAYER ? BOX_EMITTING : BOX_EXITED);
}

export function box_is_running(): bool {
  return load<u32>(STATE) == BOX_RUNNING;
}

/** Sends what remains to be sent; true = nothing does. */
export function box_wind_up(): bool {
  if (streams_busy()) return false;
  if (!console_drained()) return false;
  host_writeback_all();
  if (ring_waiting()) return false;
  if (load<u32>(STATE) == BOX_EMITTING && layer_emit() == 0) store<u32>(STATE, BOX_EXITED);
  return load<u32>(STATE) == BOX_EXITED;
}
