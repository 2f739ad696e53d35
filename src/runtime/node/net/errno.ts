// Errors of Node's sockets as Linux' numbers, whatever system the host is.
import * as errno from '../../../../abi/linux/errno.ts';

const NUMBERS = errno as unknown as Record<string, number | undefined>;

/** The number of an error's code, or that of `otherwise`. */
export function errnoOf(error: unknown, otherwise: number): number {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return NUMBERS[code] ?? otherwise;
}
