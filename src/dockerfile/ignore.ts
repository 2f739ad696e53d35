// .dockerignore: which paths of the build context exist for the build. The last pattern that matches a path or one of its
// parents decides. Docker's "Build context", section .dockerignore files.
import { type Pattern, PatternError, parsePattern } from './pattern.ts';
import { WbxError } from '../errors.ts';

export interface Ignore {
  /** Whether a path (no leading slash) is left out. */
  excludes(path: string): boolean;
  /** Whether something below an excluded directory may still be in: only then need it be walked. */
  mayIncludeBelow(path: string): boolean;
}

export const IGNORE_NOTHING: Ignore = { excludes: () => false, mayIncludeBelow: () => false };

export function parseIgnore(text: string, file = '.dockerignore'): Ignore {
  const patterns: Pattern[] = [];
  for (const [i, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.startsWith('#')) continue;
    try {
      const pattern = parsePattern(line);
      if (pattern) patterns.push(pattern);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw new WbxError('BAD_DOCKERFILE', `${file}:${i + 1}: ${error.message}`, error);
    }
  }
  const hasExceptions = patterns.some(({ exception }) => exception);
  return { excludes: (path) => excludes(patterns, path), mayIncludeBelow: () => hasExceptions };
}

function excludes(patterns: Pattern[], path: string): boolean {
  const parents = path.split('/').map((_, i, names) => names.slice(0, i + 1).join('/'));
  let excluded = false;
  for (const pattern of patterns) {
    if (pattern.exception === excluded && parents.some((parent) => pattern.matches(parent)))
      excluded = !pattern.exception;
  }
  return excluded;
}
