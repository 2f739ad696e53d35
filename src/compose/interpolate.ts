// Variables in a compose file: $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?error}, ${NAME:+other}; $$ is a dollar.
// Compose specification, "Interpolation".
import { WbxError } from '../errors.ts';

export type Variables = ReadonlyMap<string, string>;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const OPERATOR = /^(:?[-?+])/;

/** `where` is for errors; `missing` is told names without a value. */
export function interpolate(
  text: string,
  variables: Variables,
  where: string,
  missing: (name: string) => void,
): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) return out + text.slice(at);
    out += text.slice(at, dollar);
    if (text[dollar + 1] === '$') {
      out += '$';
      at = dollar + 2;
      continue;
    }
    const { value, end } = expand(text, dollar, variables, where, missing);
    out += value;
    at = end;
  }
  return out;
}

function expand(
  text: string,
  dollar: number,
  variables: Variables,
  where: string,
  missing: (name: string) => void,
): { value: string; end: number } {
  const braces = text[dollar + 1] === '{';
  const start = dollar + (braces ? 2 : 1);
  const name = NAME.exec(text.slice(start))?.[0];
  if (name === undefined) throw wrong(text, where);
  const value = variables.get(name);
  const behind = start + name.length;
  if (!braces) {
    if (value === undefined) missing(name);
    return { value: value ?? '', end: behind };
  }
  const close = closing(text, start, where);
  const rest = text.slice(behind, close);
  const end = close + 1;
  if (rest === '') {
    if (value === undefined) missing(name);
    return { value: value ?? '', end };
  }
  const operator = OPERATOR.exec(rest)?.[1];
  if (operator === undefined) throw wrong(text, where);
  const word = () => interpolate(rest.slice(operator.length), variables, where, missing);
  const isSet = value !== undefined && (value !== '' || operator.length === 1);
  if (operator.endsWith('+')) return { value: isSet ? word() : '', end };
  if (isSet) return { value: value as string, end };
  if (operator.endsWith('-')) return { value: word(), end };
  throw new WbxError('BAD_ARGUMENT', `${where}: required variable ${name} is missing a value: ${word()}`);
}

/** Of the brace that was opened before `start`. */
function closing(text: string, start: number, where: string): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith('${', at)) depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  throw wrong(text, where);
}

function wrong(text: string, where: string): WbxError {
  return new WbxError('BAD_ARGUMENT', `${where}: "${text}" holds a variable that is not well-formed; $$ is a dollar`);
}

/** Every text in a value of YAML. */
export function interpolateAll(
  value: unknown,
  variables: Variables,
  where: string,
  missing: (name: string) => void,
): unknown {
  if (typeof value === 'string') return interpolate(value, variables, where, missing);
  if (Array.isArray(value)) return value.map((each, i) => interpolateAll(each, variables, `${where}[${i}]`, missing));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, interpolateAll(each, variables, `${where}.${key}`, missing)]),
  );
}
