// The one clock of builds: SOURCE_DATE_EPOCH when it is set (reproducible-builds.org), the time of day otherwise.
import { WbxError } from '../errors.ts';

/** SOURCE_DATE_EPOCH in seconds, or undefined when it is not set. */
export function sourceDateEpoch(environment: NodeJS.ProcessEnv = process.env): number | undefined {
  const text = environment.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,12}$/.test(text))
    throw new WbxError('BAD_ARGUMENT', `SOURCE_DATE_EPOCH is "${text}", not a number of seconds`);
  return Number(text);
}

/** "Now" in seconds. */
export function buildTime(): number {
  return sourceDateEpoch() ?? Math.floor(Date.now() / 1000);
}

/** "Now" as OCI documents write it. */
export function creationTime(): string {
  return new Date(buildTime() * 1000).toISOString().replace('.000Z', 'Z');
}
