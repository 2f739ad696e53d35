// Flags of instructions: which each one takes, and what this version does not do yet. An unknown flag is an error, a known
// one that we cannot honour too: a build that silently ignores a flag is not the build that was asked for.
import { dockerfileError, type Instruction, type Place } from './instruction.ts';

/** A list: the values that can be honoured. */
type Rule = 'value' | 'switch' | 'unsupported' | readonly string[];

const FLAGS: Record<string, Record<string, Rule>> = {
  ADD: {
    checksum: 'unsupported',
    chmod: 'value',
    chown: 'value',
    exclude: 'unsupported',
    'keep-git-dir': 'unsupported',
    link: 'switch',
  },
  COPY: {
    chmod: 'value',
    chown: 'value',
    exclude: 'unsupported',
    from: 'value',
    link: 'switch',
    parents: 'unsupported',
  },
  FROM: { platform: 'value' },
  HEALTHCHECK: {
    interval: 'value',
    retries: 'value',
    'start-interval': 'value',
    'start-period': 'value',
    timeout: 'value',
  },
  // A box reaches no network and has no more rights than its user: anything else cannot be honoured.
  RUN: { mount: 'unsupported', network: ['default', 'none'], security: ['sandbox'] },
};

/** Name -> value ("true" for a switch without one). */
export type Flags = Map<string, string>;

export function parseFlags({ keyword, flags }: Instruction, place: Place): Flags {
  const rules = FLAGS[keyword] ?? {};
  const parsed: Flags = new Map();
  for (const flag of flags) {
    const [, name, , value] = /^--([^=]*)(=([\s\S]*))?$/.exec(flag) as unknown as [string, string, string?, string?];
    const rule = rules[name];
    if (rule === undefined) throw dockerfileError(place, unknownFlag(keyword, name, Object.keys(rules)));
    if (rule === 'unsupported') throw dockerfileError(place, `${keyword} --${name} is not supported yet; leave it out`);
    if ((rule === 'value' || Array.isArray(rule)) && !value)
      throw dockerfileError(place, `${keyword} --${name} needs a value, as in --${name}=...`);
    if (rule === 'switch' && !/^(true|false)?$/i.test(value ?? '')) {
      throw dockerfileError(place, `${keyword} --${name} is true or false, not "${value}"`);
    }
    if (Array.isArray(rule) && !rule.includes(value ?? '')) {
      throw dockerfileError(place, `${keyword} --${name}=${value} is not supported; it can be ${rule.join(' or ')}`);
    }
    if (parsed.has(name)) throw dockerfileError(place, `${keyword} --${name} is given twice; keep one`);
    parsed.set(name, value ?? 'true');
  }
  return parsed;
}

function unknownFlag(keyword: string, name: string, known: string[]): string {
  if (known.length === 0) return `${keyword} takes no flags; remove --${name}`;
  return `${keyword} has no flag --${name}; it takes ${known.map((flag) => `--${flag}`).join(', ')}`;
}
