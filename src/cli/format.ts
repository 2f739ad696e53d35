// --format: the part of Go's templates that people write for docker: `json`, `{{.Field.Name}}`, `{{json .Field}}`,
// `{{index .Map "key"}}`, text around them, and `table` in front. Anything else is refused, never printed as it stands.
import { WbxError } from '../errors.ts';
import { formatTable } from './table.ts';

const ACTION = /\{\{-?\s*(.*?)\s*-?\}\}/g;
const FIELD = /^(?:(json|len|lower|upper)\s+)?(\.[\w.]*)$/;
const INDEX = /^index\s+(\.[\w.]*)\s+(?:"([^"]*)"|(\d+))$/;

/** Lines for values; `head` gives the columns' titles for `table`. */
export function formatLines(template: string, values: object[], head: Record<string, string> = {}): string[] {
  if (template === 'json') return values.map((value) => JSON.stringify(value));
  if (!template.startsWith('table ')) return values.map((value) => expand(template, value));
  const rows = template.slice('table '.length);
  const titleOf = (action: string): string =>
    head[action.replace(/^\./, '')] ?? action.replace(/^.*\./, '').toUpperCase();
  const titles = rows.replace(ACTION, (_, action: string) => titleOf(action));
  const cells = (line: string): string[] => withEscapes(line).split('\t');
  return formatTable(
    cells(titles),
    values.map((value) => cells(expand(rows, value))),
  );
}

function expand(template: string, value: object): string {
  return withEscapes(template).replace(ACTION, (_, action: string) => evaluate(action, value));
}

/** A shell hands `\t` on as two characters. */
function withEscapes(text: string): string {
  return text.replace(/\\t/g, '\t').replace(/\\n/g, '\n');
}

function evaluate(action: string, value: object): string {
  const index = INDEX.exec(action);
  if (index) return show(member(lookUp(value, index[1], action), index[2] ?? index[3]));
  const [, call, path] = FIELD.exec(action) ?? unknown(action);
  const found = lookUp(value, path, action);
  if (call === 'json') return JSON.stringify(found ?? null);
  if (call === 'len') return String(Object.keys((found as object | undefined) ?? {}).length);
  const text = show(found);
  return call === 'lower' ? text.toLowerCase() : call === 'upper' ? text.toUpperCase() : text;
}

function lookUp(value: unknown, path: string, action: string): unknown {
  let found = value;
  for (const name of path.split('.').filter(Boolean)) {
    if (found !== undefined && found !== null && typeof found !== 'object') unknown(action);
    found = member(found, name);
  }
  return found;
}

function member(value: unknown, name: string): unknown {
  const holder = value as Record<string, unknown> | undefined | null;
  return holder && Object.hasOwn(holder, name) ? holder[name] : undefined;
}

/** As Go prints values: lists in brackets, maps with their sorted keys. */
function show(value: unknown): string {
  if (value === undefined || value === null) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, each]) => `${key}:${show(each)}`).join(' ')}]`;
}

function unknown(action: string): never {
  const known = '{{.Field}}, {{json .Field}}, {{index .Field "key"}}, {{len .Field}}';
  throw new WbxError('BAD_ARGUMENT', `--format: "{{${action}}}" is not understood; there are ${known}`);
}
