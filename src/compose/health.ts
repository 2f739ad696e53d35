// `healthcheck` of a service as options of `wbx run`.
import { commandOf, type Mapping, mappingOf, textOf, wrong } from './fields.ts';

const TIMES: [key: string, option: string][] = [
  ['interval', 'health-interval'],
  ['retries', 'health-retries'],
  ['start_period', 'health-start-period'],
  ['timeout', 'health-timeout'],
];
/** Docker's own, about how often a check runs while the box starts. */
const WITHOUT_EFFECT = ['start_interval'];

export function healthWords({ healthcheck }: Mapping, where: string): string[] {
  if (healthcheck === undefined || healthcheck === null) return [];
  const check = mappingOf(healthcheck, `${where}.healthcheck`);
  const known = ['test', 'disable', ...TIMES.map(([key]) => key), ...WITHOUT_EFFECT];
  const odd = Object.keys(check).find((key) => !known.includes(key));
  if (odd !== undefined) throw wrong(`${where}.healthcheck`, `"${odd}" is not known`);
  const test = typeof check.test === 'string' ? ['CMD-SHELL', check.test] : commandOf(check.test, where);
  if (check.disable === true || test?.[0] === 'NONE') return ['--no-healthcheck'];
  const times = TIMES.filter(([key]) => check[key] !== undefined);
  const words = times.map(([key, option]) => `--${option}=${textOf(check[key], where)}`);
  if (test === undefined) return words;
  const [kind, ...command] = test;
  if (kind === 'CMD-SHELL') return [`--health-cmd=${command.join(' ')}`, ...words];
  if (kind === 'CMD') return [`--health-cmd=${command.map(quoted).join(' ')}`, ...words];
  throw wrong(`${where}.healthcheck.test`, 'a list begins with CMD, CMD-SHELL or NONE');
}

function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
