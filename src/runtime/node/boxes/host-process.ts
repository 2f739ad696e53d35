// Is a process of the host still the one that was meant? Where the host tells when a process began (proc_pid_stat(5)), a number
// that is used again is recognised.
import { readFileSync } from 'node:fs';
import { systemCode } from '../../../errors.ts';

/** Ticks since the host's boot at which a process began; '' where nobody tells. */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything; state is the field behind it, start time the 20th from there.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : fields[19];
  } catch {
    return '';
  }
}

export function isProcess(pid: number, start: string): boolean {
  if (start !== '') return startOf(pid) === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
