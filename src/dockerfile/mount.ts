// RUN --mount=type=...,option=value: what is to be seen at a path while the command runs, and no longer.
// Docker's "Dockerfile reference", section RUN --mount. Values are still unexpanded.
import { dockerfileError, type Place } from './instruction.ts';

export type MountType = 'bind' | 'cache' | 'secret' | 'ssh' | 'tmpfs';

export interface Mount {
  type: MountType;
  /** Option -> value; a switch that is on has "true". */
  options: Map<string, string>;
}

/** Options by type, and other names they have. */
const OPTIONS: Record<MountType, string[]> = {
  bind: ['target', 'source', 'from', 'readwrite', 'readonly'],
  cache: ['id', 'target', 'readonly', 'readwrite', 'sharing', 'from', 'source', 'mode', 'uid', 'gid'],
  secret: ['id', 'target', 'required', 'mode', 'uid', 'gid', 'env'],
  ssh: ['id', 'target', 'required', 'mode', 'uid', 'gid'],
  tmpfs: ['target', 'size'],
};
const OTHER_NAMES: Record<string, string> = {
  dst: 'target',
  destination: 'target',
  src: 'source',
  ro: 'readonly',
  rw: 'readwrite',
};
const SWITCHES = new Set(['readonly', 'readwrite', 'required']);

export function parseMount(text: string, place: Place): Mount {
  const fields = text.split(',').map((field) => field.split(/=([\s\S]*)/) as [string, string?]);
  const type = fields.find(([name]) => name === 'type')?.[1] ?? 'bind';
  if (!Object.hasOwn(OPTIONS, type)) {
    throw dockerfileError(place, `RUN --mount=type=${type} is unknown; it can be ${Object.keys(OPTIONS).join(', ')}`);
  }
  const mount: Mount = { type: type as MountType, options: new Map() };
  for (const [name, value] of fields) if (name !== 'type') addOption(mount, name.toLowerCase(), value, place);
  if (mount.type !== 'secret' && mount.type !== 'ssh' && !mount.options.get('target')) {
    throw dockerfileError(place, `RUN --mount=type=${type} needs a target, as in target=/path`);
  }
  return mount;
}

function addOption(mount: Mount, written: string, value: string | undefined, place: Place): void {
  const name = OTHER_NAMES[written] ?? written;
  const known = OPTIONS[mount.type];
  if (!known.includes(name)) {
    throw dockerfileError(
      place,
      `RUN --mount=type=${mount.type} has no option "${written}"; it takes ${known.join(', ')}`,
    );
  }
  if (SWITCHES.has(name)) {
    if (!/^(true|false|1|0)?$/i.test(value ?? ''))
      throw dockerfileError(place, `the option ${written} is true or false, not "${value}"`);
    mount.options.set(name, /^(false|0)$/i.test(value ?? '') ? 'false' : 'true');
  } else if (!value) throw dockerfileError(place, `the option ${written} of RUN --mount needs a value`);
  else mount.options.set(name, value);
}
