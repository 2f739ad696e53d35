// Signals by name: signal(7), the numbers of x86-64.

const NUMBERS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGCONT: 18,
  SIGSTOP: 19,
} as const;

/** A signal's name or number. */
export type Signal = keyof typeof NUMBERS | number;

export function signalNumber(signal: Signal): number {
  return typeof signal === 'number' ? signal : NUMBERS[signal];
}
