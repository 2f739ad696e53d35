// Errors of file operations as the box knows them: by Linux's numbers, whatever the host's are.
import * as errno from '../../../../abi/linux/errno.ts';

/** An operation that is refused with that errno. */
export class HostError extends Error {
  readonly linux: number;

  constructor(linux: number) {
    super(`errno ${linux}`);
    this.linux = linux;
  }
}

/** -errno of Linux for anything thrown. */
export function linuxErrno(error: unknown): number {
  if (error instanceof HostError) return -error.linux;
  const code = (error as { code?: string } | undefined)?.code ?? '';
  const number = (errno as Record<string, unknown>)[code];
  return typeof number === 'number' && number < errno.EBLOCKED ? -number : -errno.EIO;
}
