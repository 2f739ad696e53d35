// Flags of instructions: which each one takes. An unknown flag is an error, and so is a value that we cannot honour: a build
// that silently ignores a flag is not the build that was asked for.
import { dockerfileError, type Instruction, type Place } from './instruction.ts';

/** `values`: may be given several times. A list: the values that can be honoured. */
type Rule = 'value' | 'values' | 'switch' | readonly string[];

export const FLAGS: Record<string, Record<string, Rule>> = {
  ADD: {
    checksum: 'value',
    chmod: 'value',
    chown: 'value',
    exclude: 'values',
    'keep-git-dir': 'switch',
    link: 'switch',
    unpack: 'switch',
  },
  COPY: { chmod: 'value', chown: 'value', exclude: 'values', from: 'value', link: 'switch', parents: 'switch' },
  FROM: { platform: 'value' },
  HEALTHCHECK: {
    interval: 'value',
    retries: 'value',
    'start-interval': 'value',
    'start-period': 'value',
    timeout: 'value',
  },
  // A box has no more rights than its user, and never the host's network as such.
  RUN: { mount: 'values', network: ['default', 'none'], security: ['sandbox'] },
};

/** The flags of one instruction by name; a switch that is on has the value "true". */
export class Flags {
  readonly #values = new Map<string, string[]>();

  get size(): number {
    return this.#values.size;
  }

  add(name: string, value: string): void {
    this.#values.set(name, [...this.all(name), value]);
  }

  /** The value of a flag that is given at most once. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): string[] {
    return this.#values.get(name) ?? [];
  }

  toJSON(): Record<string, string[]> {
    return Object.fromEntries(this.#values);
  }

  isOn(name: string): boolean {
    return this.get(name) === 'true';
  }
}

const FLAG = /^--([^=]*)(=([\s\S]*))?$/;

export function parseFlags({ keyword, flags }: Instruction, place: Place): Flags {
  const rules = FLAGS[keyword] ?? {};
  const parsed = new Flags();
  for (const flag of flags) {
    const [, name, , value] = FLAG.exec(flag) as unknown as [string, string, string?, string?];
    const rule = rules[name];
    if (rule === undefined) throw dockerfileError(place, unknownFlag(keyword, name, Object.keys(rules)));
    checkValue(rule, `${keyword} --${name}`, value, place);
    if (rule !== 'values' && parsed.get(name) !== undefined) {
      throw dockerfileError(place, `${keyword} --${name} is given twice; keep one`);
    }
    parsed.add(name, rule === 'switch' ? (value ?? 'true').toLowerCase() || 'true' : (value as string));
  }
  return parsed;
}

function checkValue(rule: Rule, flag: string, value: string | undefined, place: Place): void {
  if (rule === 'switch') {
    if (/^(true|false)?$/i.test(value ?? '')) return;
    throw dockerfileError(place, `${flag} is true or false, not "${value}"`);
  }
  if (!value) throw dockerfileError(place, `${flag} needs a value, as in ${flag.split(' ')[1]}=...`);
  if (Array.isArray(rule) && !rule.includes(value)) {
    throw dockerfileError(place, `${flag}=${value} is not supported; it can be ${rule.join(' or ')}`);
  }
}

function unknownFlag(keyword: string, name: string, known: string[]): string {
  if (known.length === 0) return `${keyword} takes no flags; remove --${name}`;
  return `${keyword} has no flag --${name}; it takes ${known.map((flag) => `--${flag}`).join(', ')}`;
}
