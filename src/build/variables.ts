// ARG: values that hold before and inside stages. A value comes from --build-arg, then from the ARG itself, then, inside a
// stage, from the ARG of the same name before the first FROM, then from what the platform says.
import { ExpandError, expandWord, expandWords, type Lookup } from '../dockerfile/expand.ts';
import { dockerfileError, type Place } from '../dockerfile/instruction.ts';
import type { Stages } from '../dockerfile/stages.ts';
import type { StageState } from './stage-state.ts';
import type { Expander } from './steps/config.ts';

/** BuildKit's automatic platform ARGs: a box is linux/amd64 wherever it is built. */
const PLATFORM = new Map(
  ['TARGET', 'BUILD'].flatMap((side) => [
    [`${side}PLATFORM`, 'linux/amd64'],
    [`${side}OS`, 'linux'],
    [`${side}ARCH`, 'amd64'],
    [`${side}VARIANT`, ''],
  ]) as [string, string][],
);

const PROXY = /^(https?|ftp|no|all)_proxy$/i;

export class Variables {
  readonly #given: Map<string, string>;
  readonly #escapeChar: string;
  readonly #global = new Map<string, string | undefined>();
  readonly #used = new Set<string>();

  constructor({ globalArgs, escapeChar }: Stages, given: Map<string, string>) {
    this.#given = given;
    this.#escapeChar = escapeChar;
    for (const { command, place } of globalArgs) {
      const expand = this.expander(this.global, place);
      for (const [name, value] of command.keyword === 'ARG' ? command.args : []) {
        this.#global.set(name, this.#givenValue(name) ?? (value === undefined ? undefined : expand.word(value)));
      }
    }
  }

  /** What FROM lines see. */
  readonly global: Lookup = (name) => this.#global.get(name) ?? PLATFORM.get(name);

  /** An ARG inside a stage. */
  declare(state: StageState, args: [string, string | undefined][], expand: Expander): void {
    for (const [name, value] of args) {
      const own = value === undefined ? undefined : expand.word(value);
      state.args.set(name, this.#givenValue(name) ?? own ?? this.global(name));
    }
  }

  /** The --build-arg names that no ARG declared. */
  unused(): string[] {
    return [...this.#given.keys()].filter((name) => !this.#used.has(name) && !PROXY.test(name));
  }

  /** The predefined ARGs: RUN sees them without a declaration. */
  proxies(): string[] {
    return [...this.#given].filter(([name]) => PROXY.test(name)).map(([name, value]) => `${name}=${value}`);
  }

  /** Expansion with errors that say where. */
  expander(lookup: Lookup, place: Place): Expander {
    const guarded = <T>(expand: () => T): T => {
      try {
        return expand();
      } catch (error) {
        if (error instanceof ExpandError) throw dockerfileError(place, error.message, error);
        throw error;
      }
    };
    return {
      word: (text) => guarded(() => expandWord(text, lookup, this.#escapeChar)),
      words: (text) => guarded(() => expandWords(text, lookup, this.#escapeChar)),
    };
  }

  #givenValue(name: string): string | undefined {
    if (this.#given.has(name)) this.#used.add(name);
    return this.#given.get(name);
  }
}
