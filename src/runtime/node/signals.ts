// Signals of this process, passed on to pid 1 of a box: signal(7).
import { constants } from 'node:os';
import type { Box } from '../box.ts';

const FORWARDED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;
/** Pid 1 may ignore SIGINT; the third one ends us, as in Docker's client. */
const MAX_INTERRUPTS = 3;

/** Forwards signals to `box` until the returned function is called. */
export function forwardSignals(box: Box): () => void {
  let interrupts = 0;
  const forward = (name: NodeJS.Signals) => {
    if (name === 'SIGINT' && ++interrupts >= MAX_INTERRUPTS) process.exit(128 + constants.signals.SIGINT);
    box.kick(constants.signals[name]);
  };
  for (const name of FORWARDED) process.on(name, forward);
  return () => {
    for (const name of FORWARDED) process.off(name, forward);
  };
}
