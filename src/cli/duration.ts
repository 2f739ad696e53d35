// Durations as Go writes them (1m30s, 500ms), and points in time as Docker's --since takes them.
import { WbxError } from '../errors.ts';

const MILLISECONDS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION = /^(?:\d*\.?\d+(?:ns|us|µs|ms|s|m|h))+$/;

/** Milliseconds; `option` is for the message. */
export function parseDuration(text: string, option: string): number {
  if (text === '0') return 0;
  if (!DURATION.test(text))
    throw new WbxError('BAD_ARGUMENT', `${option} ${text}: give a duration such as 30s or 1m30s`);
  const parts = text.matchAll(/(\d*\.?\d+)(ns|us|µs|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * MILLISECONDS[unit], 0);
}

/** Milliseconds since 1970 of a date, of seconds since then, or of a duration before now. */
export function parseTime(text: string, option: string): number {
  if (DURATION.test(text)) return Date.now() - parseDuration(text, option);
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new WbxError('BAD_ARGUMENT', `${option} ${text}: give a time such as 2024-05-01T12:00:00Z, or 10m`);
  return time;
}
