// A box is a value: its memory can be copied between two resumes and go on elsewhere, beside the original or years later.
// Invariant: freezing changes nothing that a program could see; thawing tells the kernel what the new host does differently.
import { CONTROL_BASE } from '../../abi/box.ts';
import {
  CONTROL_FLAGS,
  CONTROL_LIMITS_HIT,
  CONTROL_STOP_AT,
  HOST_ATTACHED,
  HOST_IMAGE,
  HOST_INTERPRET,
  HOST_LAYER,
  HOST_MESSAGES,
  HOST_STRACE,
  HOST_TRACE,
} from '../../abi/host.ts';
import { code_thaw } from '../cpu/code_page.ts';
import { regions_forget } from '../cpu/region.ts';
import { chunks_thaw } from '../fs/image/chunk.ts';
import { channel_thaw } from '../fs/message/channel.ts';
import { ring_take_completions, ring_thaw } from '../io/ring.ts';
import { wasi_forget } from '../io/wasi.ts';
import { clock_freeze, clock_is_virtual, clock_thaw } from '../lib/clock.ts';
import { random_reseed } from '../lib/random.ts';
import { tlb_flush } from '../mm/tlb.ts';
import { network_is_on } from '../net/interface_address.ts';
import { outside_thaw } from '../net/outside_receive.ts';

/** Flags that are the host's to say; the others are what the box was started as. */
const OF_HOST: u32 =
  HOST_ATTACHED | HOST_IMAGE | HOST_INTERPRET | HOST_LAYER | HOST_MESSAGES | HOST_STRACE | HOST_TRACE;

export function wbx_freeze(): void {
  clock_freeze();
  tlb_flush();
}

export function wbx_thaw(flags: i32, clock: i32): void {
  const kept = load<u32>(CONTROL_BASE, CONTROL_FLAGS) & ~OF_HOST;
  store<u32>(CONTROL_BASE, kept | ((flags as u32) & OF_HOST), CONTROL_FLAGS);
  store<u64>(CONTROL_BASE, 0, CONTROL_STOP_AT);
  store<u32>(CONTROL_BASE, 0, CONTROL_LIMITS_HIT);
  regions_forget();
  code_thaw();
  tlb_flush();
  clock_thaw(clock);
  if (!clock_is_virtual()) random_reseed();
  wasi_forget();
  ring_take_completions();
  chunks_thaw(flags as u32);
  channel_thaw();
  ring_thaw();
  if (network_is_on()) outside_thaw();
}
