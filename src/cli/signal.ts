// Signals as people write them: TERM, SIGTERM, 15. signal(7), Linux's numbers on every host.
import { WbxError } from '../errors.ts';

const NAMES = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU ' +
  'XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');
const SIGNAL_MAX = 64;
const SIGRTMIN = 34;

export function parseSignal(text: string): number {
  const name = text.toUpperCase().replace(/^SIG/, '');
  const realTime = /^RTMIN\+(\d+)$/.exec(name)?.[1];
  const number = /^\d+$/.test(text)
    ? Number(text)
    : realTime !== undefined || name === 'RTMIN'
      ? SIGRTMIN + Number(realTime ?? 0)
      : NAMES.indexOf(name) + 1;
  if (number < 1 || number > SIGNAL_MAX) throw new WbxError('BAD_ARGUMENT', `there is no signal "${text}"`);
  return number;
}
