// Command-line options in Docker's manner: `-it`, `-e A=1`, `--name=value`, `--name value`; the first word that is not
// an option ends them, so that the options of a guest's command are left alone.
import { WbxError } from '../errors.ts';

/** `flag` takes no value, `value` one, `list` one each time it is given. */
export type OptionKind = 'flag' | 'value' | 'list';

/** Options of a command: long name, kind, short name if any. */
export type OptionTable = readonly (readonly [name: string, kind: OptionKind, short?: string])[];

export class ParsedOptions {
  readonly #values = new Map<string, string[]>();
  /** Everything from the first word that is not an option. */
  readonly rest: string[];

  constructor(table: OptionTable, args: string[]) {
    let i = 0;
    for (; i < args.length && args[i].startsWith('-') && args[i] !== '-'; i++) {
      if (args[i] === '--') {
        i++;
        break;
      }
      const next = () => args[++i];
      if (args[i].startsWith('--')) this.#long(table, args[i].slice(2), next);
      else this.#short(table, args[i].slice(1), next);
    }
    this.rest = args.slice(i);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The last value given. */
  value(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  list(name: string): string[] {
    return this.#values.get(name) ?? [];
  }

  /** The options as words that mean the same, without those named. */
  words(without: ReadonlySet<string>): string[] {
    const kept = [...this.#values].filter(([name]) => !without.has(name));
    return kept.flatMap(([name, values]) => values.map((value) => `--${name}=${value}`));
  }

  #long(table: OptionTable, text: string, next: () => string | undefined): void {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const row = table.find(([long]) => long === name);
    if (!row) throw new WbxError('BAD_ARGUMENT', `unknown option: --${name}`);
    this.#add(row, equals < 0 ? undefined : text.slice(equals + 1), next);
  }

  #short(table: OptionTable, letters: string, next: () => string | undefined): void {
    for (let i = 0; i < letters.length; i++) {
      const row = table.find(([, , short]) => short === letters[i]);
      if (!row) throw new WbxError('BAD_ARGUMENT', `unknown option: -${letters[i]}`);
      const attached = letters.slice(i + 1).replace(/^=/, '');
      this.#add(row, row[1] === 'flag' ? undefined : attached || undefined, next);
      if (row[1] !== 'flag') return;
    }
  }

  #add([name, kind]: OptionTable[number], attached: string | undefined, next: () => string | undefined): void {
    if (kind === 'flag') {
      if (attached === 'false') this.#values.delete(name);
      else if (attached === undefined || attached === 'true') this.#values.set(name, ['true']);
      else throw new WbxError('BAD_ARGUMENT', `option --${name} takes no value`);
      return;
    }
    const value = attached ?? next();
    if (value === undefined) throw new WbxError('BAD_ARGUMENT', `option --${name} needs a value`);
    this.#values.set(name, [...this.list(name), value]);
  }
}
