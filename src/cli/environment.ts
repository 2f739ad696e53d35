// -e and --env-file: variables of a box or of a process in it, as Docker reads them.
import { readFileSync } from 'node:fs';
import { WbxError } from '../errors.ts';
import type { ParsedOptions } from './options.ts';

/** `NAME=value` strings; what -e says wins. */
export function environmentOf(options: ParsedOptions): string[] {
  return [...options.list('env-file').flatMap(readEnvFile), ...options.list('env').flatMap(variable)];
}

/** `-e NAME` passes the variable of this process on, if there is one. */
function variable(text: string): string[] {
  if (text.includes('=')) return [text];
  const value = process.env[text];
  return value === undefined ? [] : [`${text}=${value}`];
}

/** One variable a line, values as they stand; # begins a comment only at the beginning of a line. */
function readEnvFile(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new WbxError('NOT_FOUND', `cannot read --env-file ${path}: ${(error as Error).message}`, error);
  }
  return text.split(/\r?\n/).flatMap((line, i) => {
    const start = line.trimStart();
    if (start === '' || start.startsWith('#')) return [];
    const name = start.split('=')[0];
    if (name === '' || /\s/.test(name)) {
      throw new WbxError('BAD_ARGUMENT', `${path}:${i + 1}: "${name}" is no name of a variable`);
    }
    return variable(start);
  });
}
