// Tries again what may pass: cut connections, 429 and 5xx. The pauses double, with chance so that many clients do not come
// back at once; a server that says how long to wait (Retry-After, RFC 9110 10.2.3) is believed.
import { setTimeout as pause } from 'node:timers/promises';
import { WbxError } from '../../errors.ts';

export interface RetryPolicy {
  tries: number;
  /** The first pause in milliseconds. */
  delay: number;
  /** A server that wants more patience than this, in milliseconds, has failed. */
  patience: number;
}

export const RETRIES: RetryPolicy = { tries: 5, delay: 500, patience: 60_000 };

/** A failure that may pass. `error` is what the user is told when it does not. */
export class TemporaryFailure extends Error {
  readonly error: WbxError;
  /** Milliseconds the server asks to wait. */
  readonly after?: number;

  constructor(error: WbxError, after?: number) {
    super(error.message);
    this.error = error;
    this.after = after;
  }
}

/** `moved` tells whether the last try got on: then it does not count, since large transfers may break many times. */
export async function withRetries<T>(
  policy: RetryPolicy,
  work: () => Promise<T>,
  moved: () => boolean = () => false,
): Promise<T> {
  for (let tries = 1; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TemporaryFailure)) throw error;
      if (moved()) tries = 1;
      const wait = error.after ?? policy.delay * 2 ** (tries - 1) * (0.5 + Math.random());
      if (wait > policy.patience) throw impatient(error.error, wait);
      if (tries++ >= policy.tries) throw error.error;
      await pause(wait);
    }
  }
}

function impatient(error: WbxError, wait: number): WbxError {
  return new WbxError(error.code, `${error.message}; it asks to wait ${Math.round(wait / 1000)} s, try again then`);
}

/** Retry-After in milliseconds: seconds or a date. */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
