// Quote removal and variable expansion in words, as BuildKit's shell lexer does it: $x ${x} ${x:-y} ${x-y} ${x:+y} ${x+y}
// ${x:?y} ${x?y} ${x#p} ${x##p} ${x%p} ${x%%p} ${x/p/r} ${x//p/r}. A variable that is not set is the empty string.
import { globToRegExp } from './glob.ts';

export type Lookup = (name: string) => string | undefined;

/** Thrown for a word that cannot be expanded; the caller adds the place. */
export class ExpandError extends Error {}

/** One word: quotes go, variables are replaced, white space in values stays. */
export function expandWord(text: string, lookup: Lookup, escapeChar = '\\'): string {
  return new Expansion(text, lookup, escapeChar).run('').join(' ');
}

/** Several words: white space that is not quoted separates, also white space that comes from a variable. */
export function expandWords(text: string, lookup: Lookup, escapeChar = '\\'): string[] {
  return new Expansion(text, lookup, escapeChar).run('', true);
}

/** Of ${ in ${: more than anyone writes, less than the stack holds. */
const MAX_DEPTH = 100;

class Expansion {
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #escapeChar: string;
  #at = 0;
  #depth = 0;
  #words: string[] = [];
  #word: string | undefined;

  constructor(text: string, lookup: Lookup, escapeChar: string) {
    this.#text = text;
    this.#lookup = lookup;
    this.#escapeChar = escapeChar;
  }

  run(stop: string, split = false): string[] {
    let out = '';
    while (this.#at < this.#text.length && this.#text[this.#at] !== stop) {
      const char = this.#text[this.#at];
      const piece = this.#piece();
      const plain = char !== "'" && char !== '"' && char !== this.#escapeChar;
      if (split && plain) this.#addSplit(piece);
      else if (split) this.#word = (this.#word ?? '') + piece;
      else out += piece;
    }
    if (!split) return [out];
    if (this.#word !== undefined) this.#words.push(this.#word);
    return this.#words;
  }

  #addSplit(piece: string): void {
    const [head, ...tail] = piece.split(/\s+/);
    if (head !== '') this.#word = (this.#word ?? '') + head;
    for (const next of tail) {
      if (this.#word !== undefined) this.#words.push(this.#word);
      this.#word = next === '' ? undefined : next;
    }
  }

  /** What the character here stands for, with everything that belongs to it. */
  #piece(): string {
    const char = this.#text[this.#at];
    if (char === "'") return this.#singleQuoted();
    if (char === '"') return this.#doubleQuoted();
    if (char === '$') return this.#variable();
    this.#at++;
    if (char !== this.#escapeChar) return char;
    return this.#text[this.#at++] ?? '';
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new ExpandError("a ' has no second one");
    const text = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text;
  }

  #doubleQuoted(): string {
    let out = '';
    this.#at++;
    while (this.#text[this.#at] !== '"') {
      const char = this.#text[this.#at];
      if (char === undefined) throw new ExpandError('a " has no second one');
      if (char === '$') {
        out += this.#variable();
        continue;
      }
      const next = this.#text[this.#at + 1];
      if (char === this.#escapeChar && (next === '"' || next === '$' || next === this.#escapeChar)) this.#at++;
      out += this.#text[this.#at++];
    }
    this.#at++;
    return out;
  }

  #variable(): string {
    this.#at++;
    if (this.#text[this.#at] !== '{') {
      const name = this.#name();
      return name === '' ? '$' : (this.#lookup(name) ?? '');
    }
    this.#at++;
    const name = this.#name();
    if (name === '') throw new ExpandError('"${" is not followed by the name of a variable');
    const value = this.#lookup(name);
    let operator = this.#text[this.#at++];
    if (operator === '}') return value ?? '';
    if (operator === undefined) throw new ExpandError(`"\${${name}" has no closing brace`);
    if (operator === ':') operator += this.#text[this.#at++] ?? '';
    if (++this.#depth > MAX_DEPTH) throw new ExpandError('${ is nested too deeply');
    const result = this.#modified(name, value, operator);
    this.#depth--;
    return result;
  }

  #modified(name: string, value: string | undefined, operator: string): string {
    if (operator === '/') return this.#replaced(value ?? '');
    if ((operator === '#' || operator === '%') && this.#text[this.#at] === operator) operator += this.#text[this.#at++];
    const [word] = this.run('}');
    this.#close(name);
    const present = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
    switch (operator) {
      case ':-':
      case '-':
        return present ? (value as string) : word;
      case ':+':
      case '+':
        return present ? word : '';
      case ':?':
      case '?':
        if (!present) throw new ExpandError(`${name}: ${word === '' ? 'is not set' : word}`);
        return value as string;
      case '#':
      case '##':
      case '%':
      case '%%':
        return trimmed(value ?? '', word, operator);
    }
    throw new ExpandError(`\${${name}${operator}...} is not supported; use one of :- :+ :? # ## % %% / //`);
  }

  #replaced(value: string): string {
    const all = this.#text[this.#at] === '/';
    if (all) this.#at++;
    const [pattern] = this.run('/');
    this.#at++;
    const [replacement] = this.run('}');
    this.#close('x');
    return value.replace(globToRegExp(pattern, all ? 'g' : ''), () => replacement);
  }

  #close(name: string): void {
    if (this.#text[this.#at++] !== '}') throw new ExpandError(`"\${${name}" has no closing brace`);
  }

  #name(): string {
    const match = /^(?:[a-zA-Z_][a-zA-Z0-9_]*|[0-9]+|[@*#?\-$!])/.exec(this.#text.slice(this.#at));
    this.#at += match?.[0].length ?? 0;
    return match?.[0] ?? '';
  }
}

/** The value without the shortest (# %) or longest (## %%) start or end that the pattern matches. */
function trimmed(value: string, pattern: string, operator: string): string {
  const matches = globToRegExp(pattern, '', true);
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => i);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const start = operator[0] === '#';
    const part = start ? value.slice(0, length) : value.slice(value.length - length);
    if (matches.test(part)) return start ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}
