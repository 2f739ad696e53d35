// HEALTHCHECK NONE and HEALTHCHECK [flags] CMD ...: into the config's words. Durations are Go's: 1m30s, 500ms, 0.
import type { Healthcheck } from '../image/oci.ts';
import type { Flags } from './flags.ts';
import { dockerfileError, type Place } from './instruction.ts';
import { parseJsonArray } from './words.ts';

const NANOSECONDS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

const DURATIONS = [
  ['interval', 'Interval'],
  ['timeout', 'Timeout'],
  ['start-period', 'StartPeriod'],
  ['start-interval', 'StartInterval'],
] as const;

export function parseHealthcheck(flags: Flags, text: string, place: Place): Healthcheck {
  const [, kind, rest] = /^(\S+)\s*([\s\S]*)$/.exec(text) as unknown as [string, string, string];
  if (kind.toUpperCase() === 'NONE') {
    if (rest !== '' || flags.size > 0) throw dockerfileError(place, 'HEALTHCHECK NONE takes nothing else');
    return { Test: ['NONE'] };
  }
  if (kind.toUpperCase() !== 'CMD' || rest === '') {
    throw dockerfileError(
      place,
      'HEALTHCHECK needs NONE or CMD and a command, as in HEALTHCHECK CMD curl -f http://localhost/',
    );
  }
  const exec = parseJsonArray(rest);
  const healthcheck: Healthcheck = { Test: exec ? ['CMD', ...exec] : ['CMD-SHELL', rest] };
  for (const [flag, key] of DURATIONS) {
    const value = flags.get(flag);
    if (value !== undefined) healthcheck[key] = parseDuration(value, flag, place);
  }
  const retries = flags.get('retries');
  if (retries !== undefined) {
    if (!/^\d+$/.test(retries)) throw dockerfileError(place, `HEALTHCHECK --retries needs a number, not "${retries}"`);
    healthcheck.Retries = Number(retries);
  }
  return healthcheck;
}

function parseDuration(text: string, flag: string, place: Place): number {
  if (text === '0') return 0;
  if (!/^(?:[0-9]*\.?[0-9]+(?:ns|us|µs|ms|s|m|h))+$/.test(text)) {
    throw dockerfileError(place, `HEALTHCHECK --${flag} needs a duration such as 30s or 1m30s, not "${text}"`);
  }
  const parts = text.matchAll(/([0-9]*\.?[0-9]+)(ns|us|µs|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * NANOSECONDS[unit], 0);
}
