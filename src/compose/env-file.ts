// Files of variables for compose: NAME=VALUE lines with quotes and variables in values. Compose specification, "env_file".
import { readFileSync } from 'node:fs';
import { WbxError } from '../errors.ts';
import { interpolate, type Variables } from './interpolate.ts';

const LINE = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:=\s*(.*))?$/;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' };

/** A name without a value is passed on from `outer`. */
export function readEnvFile(path: string, outer: Variables): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new WbxError('NOT_FOUND', `cannot read the env file ${path}: ${(error as Error).message}`, error);
  }
  const variables = new Map<string, string>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, raw] = LINE.exec(line) ?? [];
    if (name === undefined) throw new WbxError('BAD_ARGUMENT', `${path}:${i + 1}: write NAME=VALUE`);
    const known = new Map([...variables, ...outer]);
    const value = raw === undefined ? outer.get(name) : parseValue(raw, known, `${path}:${i + 1}`);
    if (value !== undefined) variables.set(name, value);
  }
  return variables;
}

/** In single quotes as it stands; in double quotes with escapes; bare up to a comment. */
function parseValue(raw: string, known: Variables, where: string): string {
  const single = /^'([^']*)'\s*(?:#.*)?$/.exec(raw);
  if (single) return single[1];
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(raw);
  const text = double
    ? double[1].replace(/\\(.)/g, (all, letter: string) => ESCAPES[letter] ?? all)
    : raw.replace(/(^|\s)#.*$/, '').trimEnd();
  return interpolate(text, known, where, () => {});
}
