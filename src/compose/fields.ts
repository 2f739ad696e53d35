// Reading values of a compose file, which often has several forms for one thing. Errors name the place.
import { WbxError } from '../errors.ts';
import { isMapping, namedOf } from './merge.ts';

export type Mapping = Record<string, unknown>;

export function wrong(where: string, what: string): WbxError {
  return new WbxError('BAD_ARGUMENT', `${where}: ${what}`);
}

export function textOf(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(where, 'a text is expected');
}

export function listOf(value: unknown, where: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw wrong(where, 'a list is expected');
}

/** A text or a list of texts. */
export function textsOf(value: unknown, where: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [textOf(value, where)];
  return value.map((each, i) => textOf(each, `${where}[${i}]`));
}

export function mappingOf(value: unknown, where: string): Mapping {
  if (value === undefined || value === null) return {};
  if (isMapping(value)) return value;
  throw wrong(where, 'a mapping is expected');
}

/** `NAME=VALUE` lists and mappings; null = the variable of the environment. */
export function pairsOf(value: unknown, where: string): [string, string | null][] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) && !isMapping(value)) throw wrong(where, 'a mapping or a list of NAME=VALUE is expected');
  return Object.entries(namedOf(value)).map(([name, each]) => [
    name,
    each === null ? null : textOf(each, `${where}.${name}`),
  ]);
}

/** A list of names, or a mapping by name. */
export function byName(value: unknown, where: string): Map<string, Mapping> {
  if (Array.isArray(value)) return new Map(value.map((name) => [textOf(name, where), {}]));
  return new Map(
    Object.entries(mappingOf(value, where)).map(([name, each]) => [name, mappingOf(each, `${where}.${name}`)]),
  );
}

/** A command: a list as it is, a text in a shell's words. */
export function commandOf(value: unknown, where: string): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? textsOf(value, where) : shellWords(textOf(value, where), where);
}

/** Quotes and backslashes as in sh(1), nothing else. */
export function shellWords(text: string, where: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quote === '' && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '\\' && quote !== "'" && i + 1 < text.length) {
      const next = text[++i];
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
    } else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else word = (word ?? '') + char;
  }
  if (quote !== '') throw wrong(where, `"${text}" has a quote without its end`);
  return word === undefined ? words : [...words, word];
}
