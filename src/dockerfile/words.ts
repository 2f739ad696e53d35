// Splitting the rest of a line: words (quotes and escapes kept for the expansion that follows), JSON arrays, name=value pairs.
import { dockerfileError, type Place } from './instruction.ts';

/** Words between white space; quotes and escaped characters are kept as they stand, and white space inside them. */
export function splitWords(text: string, escapeChar: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (char === escapeChar && quote !== "'" && i + 1 < text.length) {
      word += char + text[++i];
      continue;
    }
    if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
    word += char;
  }
  if (word !== '') words.push(word);
  return words;
}

/** A JSON array of strings, or undefined when the text is not one: then it is the shell form. */
export function parseJsonArray(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? (value as string[]) : undefined;
  } catch {
    return undefined;
  }
}

/** ENV and LABEL: `a=b c="d e"`, or the old `name value` with everything behind the name as it stands. */
export function parsePairs(text: string, keyword: string, escapeChar: string, place: Place): [string, string][] {
  const words = splitWords(text, escapeChar);
  if (words.length === 0)
    throw dockerfileError(place, `${keyword} needs a name and a value, as in ${keyword} name=value`);
  if (!words[0].includes('=')) {
    const [, name, value] = /^(\S+)\s*([\s\S]*)$/.exec(text) as unknown as [string, string, string];
    if (value === '') throw dockerfileError(place, `${keyword} ${name} has no value; write ${keyword} ${name}=value`);
    return [[name, value]];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) throw dockerfileError(place, `${keyword} cannot read "${word}"; write name=value`);
    if (equals === 0) throw dockerfileError(place, `${keyword} has a value without a name, "${word}"`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}
