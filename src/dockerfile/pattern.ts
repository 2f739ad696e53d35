// Patterns of .dockerignore and of COPY sources, as Docker matches them: Go's filepath.Match plus `**` for any number of
// directories, a match on a directory covering what is in it. moby/patternmatcher.
import { posix } from 'node:path';
import { escapeRegExp } from './glob.ts';

export interface Pattern {
  text: string;
  /** `!pattern`: takes paths back in. */
  exception: boolean;
  matches(path: string): boolean;
}

/** Thrown for a pattern that is none: a `[` without `]`, a `\` at the end. */
export class PatternError extends Error {}

export function parsePattern(line: string): Pattern | undefined {
  let text = line.trim();
  const exception = text.startsWith('!');
  if (exception) text = text.slice(1).trim();
  if (text === '') return undefined;
  text = posix.normalize(text).replace(/\/$/, '');
  if (text.length > 1 && text.startsWith('/')) text = text.slice(1);
  const expression = patternToRegExp(text);
  return { text, exception, matches: (path) => expression.test(path) };
}

/** `*` and `?` stop at slashes; `**` with or without a slash behind it does not. */
export function patternToRegExp(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    // `**/` in a row means one, and would cost the product of what they may match.
    if (pattern.startsWith('**/**/', i)) i += 2;
    else if (char === '*' && pattern[i + 1] === '*') {
      const slash = pattern[i + 2] === '/';
      const rest = pattern.slice(i + (slash ? 3 : 2));
      // `**name` at the start is Docker's own: any path that ends in name.
      source += rest === '' || (i === 0 && !slash && !/[*?[\\]/.test(rest)) ? '.*' : '(?:.*/)?';
      i += slash ? 2 : 1;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '[') {
      const end = classEnd(pattern, i);
      source += characterClass(pattern.slice(i + 1, end));
      i = end;
    } else if (char === '\\') {
      if (++i === pattern.length) throw new PatternError(`the pattern "${pattern}" ends with a backslash`);
      source += escapeRegExp(pattern[i]);
    } else source += escapeRegExp(char);
  }
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    throw new PatternError(`the pattern "${pattern}" has a range in [ ] that ends before it begins`);
  }
}

/** The place of the `]` that ends the class at `start`; it may hold an escaped one. */
function classEnd(pattern: string, start: number): number {
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === ']' && i > start + 1) return i;
  }
  throw new PatternError(`the pattern "${pattern}" has a [ without its ]`);
}

function characterClass(body: string): string {
  const negated = body.startsWith('^');
  const text = negated ? body.slice(1) : body;
  const inner = text.replace(
    /\\(.)|[^-]/gsu,
    (char, escaped?: string) => `\\u{${(escaped ?? char).codePointAt(0)?.toString(16)}}`,
  );
  return `[${negated ? '^' : ''}${inner}]`;
}
