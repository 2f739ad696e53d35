// How compose files are laid over each other: mappings by key, sequences behind each other, what names a command or a place as a
// whole. Compose specification, "Merge". Invariant: the arguments stay as they are.

type Yaml = unknown;
type Mapping = Record<string, Yaml>;

/** Of a service: the last one counts, they are not put together. */
const REPLACED = new Set(['command', 'entrypoint', 'test']);
/** Of a service: lists of NAME=VALUE that may be mappings as well. */
const NAMED = new Set(['environment', 'labels', 'args', 'extra_hosts', 'sysctls']);
/** Of a service: lists whose members are one when they say the same place. */
const PLACED: Record<string, (member: Yaml) => string> = {
  volumes: (member) =>
    typeof member === 'string' ? (member.split(':')[1] ?? member) : String((member as Mapping).target),
  ports: (member) => JSON.stringify(member),
  expose: String,
  dns: String,
  cap_add: String,
  cap_drop: String,
  env_file: (member) => JSON.stringify(member),
  secrets: (member) => (typeof member === 'string' ? member : String((member as Mapping).source)),
  configs: (member) => (typeof member === 'string' ? member : String((member as Mapping).source)),
};

export function mergeFiles(below: Mapping, above: Mapping): Mapping {
  return mergeMappings(below, above);
}

function mergeMappings(below: Mapping, above: Mapping): Mapping {
  const merged: Mapping = { ...below };
  for (const [key, value] of Object.entries(above)) merged[key] = key in below ? merge(key, below[key], value) : value;
  return merged;
}

function merge(key: string, below: Yaml, above: Yaml): Yaml {
  if (above === null || below === null || REPLACED.has(key)) return above;
  if (NAMED.has(key)) return { ...namedOf(below), ...namedOf(above) };
  if ((key === 'depends_on' || key === 'networks') && (Array.isArray(below) || Array.isArray(above)))
    return mergeMappings(keysOf(below), keysOf(above));
  if (Array.isArray(below) && Array.isArray(above)) return mergeLists(key, below, above);
  if (isMapping(below) && isMapping(above)) return mergeMappings(below, above);
  return above;
}

function mergeLists(key: string, below: Yaml[], above: Yaml[]): Yaml[] {
  const place = Object.hasOwn(PLACED, key) ? PLACED[key] : undefined;
  if (!place) return [...below, ...above];
  const members = new Map(below.map((member) => [place(member), member]));
  for (const member of above) members.set(place(member), member);
  return [...members.values()];
}

/** `[A=1, B]` as `{A: 1, B: null}`. */
export function namedOf(value: Yaml): Mapping {
  if (!Array.isArray(value)) return isMapping(value) ? value : {};
  return Object.fromEntries(
    value.map((text) => {
      const [name, rest] = String(text).split(/[=](.*)/s);
      return [name, rest === undefined ? null : rest];
    }),
  );
}

/** `[a, b]` as `{a: null, b: null}`. */
function keysOf(value: Yaml): Mapping {
  return Array.isArray(value) ? Object.fromEntries(value.map((name) => [String(name), null])) : (value as Mapping);
}

export function isMapping(value: Yaml): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
