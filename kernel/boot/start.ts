// Plain WASI: boots from passive segment 0, or goes on from a saved memory, and runs to the end, serving the rings itself.
// Arguments replace the box's CMD.
import { CONTROL_BASE } from '../../abi/box.ts';
import { BOOT_HEADER_SIZE, BOOT_HOST_FLAGS, BOOT_LENGTH, BOOT_MAGIC, BOOT_STATE_SEGMENT } from '../../abi/boot.ts';
import {
  CLOCK_JUMP,
  CONTROL_EXIT_STATUS,
  HOST_ATTACHED,
  HOST_IMAGE,
  HOST_LAYER,
  HOST_STDIN_OPEN,
  REASON_BUDGET,
  REASON_EXITED,
} from '../../abi/host.ts';
import { STATE_HEADER_SIZE } from '../../abi/state.ts';
import { read_segment, reserve_segment_reader } from '../io/segment.ts';
import { wasi_serve, wasi_wait } from '../io/wasi.ts';
import { cstr } from '../lib/bytes.ts';
import { panic } from '../lib/panic.ts';
import { kmalloc } from '../lib/slab.ts';
import { reserve_settle } from '../mm/twin.ts';
import { wbx_resume } from '../task/sched.ts';
import { args_get, args_sizes_get, proc_exit } from '../wasi_snapshot_preview1.ts';
import { wbx_boot } from './boot.ts';
import { boot_override } from './command.ts';
import { state_restore } from './state.ts';
import { wbx_thaw } from './thaw.ts';

/** A few tens of milliseconds: how long stdin may go unnoticed while tasks compute. */
const FUEL = 5000000;
const HEADER: usize = memory.data(160, 8);

export function _start(): void {
  reserve_segment_reader();
  reserve_settle();
  read_segment(0, 0, HEADER, BOOT_HEADER_SIZE);
  if (load<u32>(HEADER) != BOOT_MAGIC) panic(cstr('this module is an engine without a box'));
  const state = load<u32>(HEADER, BOOT_STATE_SEGMENT);
  if (state) go_on(state);
  else boot();
  while (true) {
    const reason = wbx_resume(FUEL);
    wasi_serve();
    if (reason == REASON_EXITED) break;
    wasi_wait(reason == REASON_BUDGET);
  }
  proc_exit(load<i32>(CONTROL_BASE, CONTROL_EXIT_STATUS));
}

/** A snapshot: its program does not notice that it was away. */
function go_on(segment: u32): void {
  read_segment(segment, 0, HEADER, STATE_HEADER_SIZE);
  if (!state_restore(segment, HEADER)) panic(cstr('this snapshot is damaged, or there is no memory for it'));
  wbx_thaw(0, CLOCK_JUMP);
}

function boot(): void {
  const block = load_boot_block();
  const flags = load<u32>(block, BOOT_HOST_FLAGS) & ~(HOST_ATTACHED | HOST_IMAGE | HOST_LAYER);
  store<u32>(block, flags | HOST_STDIN_OPEN, BOOT_HOST_FLAGS);
  take_arguments();
  if (wbx_boot(block, load<i32>(block, BOOT_LENGTH))) panic(cstr('this box does not boot'));
}

function load_boot_block(): usize {
  const length = load<u32>(HEADER, BOOT_LENGTH);
  const block = kmalloc(length);
  if (!block) panic(cstr('no memory for the boot block'));
  read_segment(0, 0, block, length);
  return block;
}

/** argv[0] is the runtime's name for the module. */
function take_arguments(): void {
  if (args_sizes_get(HEADER, HEADER + 4)) return;
  const count = load<i32>(HEADER);
  if (count < 2) return;
  const pointers = kmalloc(count * 4);
  const strings = kmalloc(load<u32>(HEADER, 4));
  if (!pointers || !strings || args_get(pointers, strings)) return;
  boot_override(load<u32>(pointers, 4), count - 1);
}
