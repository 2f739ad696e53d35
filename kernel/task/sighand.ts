// Signal actions of a thread group, shared by CLONE_SIGHAND. sigaction(2).
//
// Sighand: refs u32, pad u32, queue of readers of signalfds (8 bytes), then NSIG actions of 32 bytes: handler u64, flags u64, restorer u64, mask u64
import { NSIG, SA_FLAGS, SA_HANDLER, SIG_DFL, SIG_IGN, SIGACTION_SIZE } from '../../abi/linux/signal.ts';
import { kfree, kmalloc } from '../lib/slab.ts';

@unmanaged
export class Sighand {
  refs: u32;
  pad: u32;
  // A WaitQueue: 8 bytes.
  signalWait: u64;

  /** The action of signal sig (1..64). */
  @inline action(sig: i32): usize {
    return changetype<usize>(this) + offsetof<Sighand>() + (sig - 1) * SIGACTION_SIZE;
  }

  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<Sighand>('signalWait');
  }

  @inline handler(sig: i32): u64 {
    return load<u64>(this.action(sig), SA_HANDLER);
  }

  @inline flags(sig: i32): u64 {
    return load<u64>(this.action(sig), SA_FLAGS);
  }
}

export const SIGHAND_SIZE: usize = offsetof<Sighand>() + NSIG * SIGACTION_SIZE;

export function sighand_new(): Sighand {
  const sighand = changetype<Sighand>(kmalloc(SIGHAND_SIZE));
  if (changetype<usize>(sighand)) sighand.refs = 1;
  return sighand;
}

/** A copy of its own; null = no memory. */
export function sighand_clone(old: Sighand): Sighand {
  const sighand = changetype<Sighand>(kmalloc(SIGHAND_SIZE));
  if (!changetype<usize>(sighand)) return sighand;
  memory.copy(changetype<usize>(sighand), changetype<usize>(old), SIGHAND_SIZE);
  sighand.refs = 1;
  sighand.signalWait = 0;
  return sighand;
}

export function sighand_put(sighand: Sighand): void {
  if (--sighand.refs == 0) kfree(changetype<usize>(sighand));
}

/** exec(2): handlers become default, ignored signals stay ignored. */
export function sighand_reset(sighand: Sighand): void {
  for (let sig = 1; sig <= NSIG; sig++) {
    const action = sighand.action(sig);
    const ignored = load<u64>(action, SA_HANDLER) == SIG_IGN;
    memory.fill(action, 0, SIGACTION_SIZE);
    store<u64>(action, ignored ? SIG_IGN : SIG_DFL, SA_HANDLER);
  }
}
