// -v, --mount, --tmpfs and --read-only of wbx run: from Docker's words to mounts of a boot block and host directories.
import { mkdirSync, statSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import type { Mount } from '../box/boot-block.ts';
import { WbxError } from '../errors.ts';
import type { Rootfs } from '../image/rootfs.ts';
import type { HostRoot } from '../runtime/node/files/server.ts';
import type { OptionTable, ParsedOptions } from './options.ts';

export const MOUNT_OPTIONS: OptionTable = [
  ['mount', 'list'],
  ['read-only', 'flag'],
  ['tmpfs', 'list'],
  ['volume', 'list', 'v'],
];

export const MOUNT_HELP = `  -v, --volume HOST:DIR[:ro]  mount a directory or file of this machine; a name instead
                         of a path is a volume (wbx volume --help)
      --mount type=bind|volume|tmpfs,source=...,target=DIR[,readonly]
      --tmpfs DIR[:size=64m,mode=1777]
      --read-only        nothing but mounts can be written
`;

/** One mount as the user wants it. */
export interface WantedMount {
  type: 'bind' | 'volume' | 'tmpfs';
  /** Host path or volume name; '' = a volume without a name. */
  source: string;
  target: string;
  readOnly: boolean;
  /** Options of a tmpfs, as tmpfs(5). */
  options?: string;
  /** A host directory that does not exist is made, as -v does. */
  create?: boolean;
}

export interface PreparedMounts {
  mounts: Mount[];
  hostRoots: HostRoot[];
}

/** What the options ask for; a bad one is told in a sentence. */
export function wantedMounts(options: ParsedOptions): WantedMount[] {
  const wanted = [
    ...options.list('volume').map(parseVolume),
    ...options.list('mount').map(parseMount),
    ...options.list('tmpfs').map(parseTmpfs),
  ];
  const targets = new Set<string>();
  for (const { target } of wanted) {
    if (targets.has(target)) throw new WbxError('BAD_ARGUMENT', `duplicate mount point: ${target}`);
    targets.add(target);
  }
  // What lies deeper is mounted on what is above it.
  return wanted.sort((a, b) => a.target.split('/').length - b.target.split('/').length);
}

/** HOST:DIR[:ro|rw], NAME:DIR[:ro|rw], DIR. */
export function parseVolume(text: string): WantedMount {
  const parts = text.split(':');
  if (parts.length > 3) throw new WbxError('BAD_ARGUMENT', `-v ${text}: expected HOST:DIR[:ro]`);
  const [source, target, mode = 'rw'] = parts.length === 1 ? ['', parts[0]] : parts;
  const flags = mode.split(',');
  // SELinux labels and propagation of Docker's own: nothing to do here.
  const known = ['ro', 'rw', 'z', 'Z', 'cached', 'delegated', 'consistent', 'rprivate', 'private'];
  const odd = flags.find((flag) => !known.includes(flag));
  if (odd !== undefined) throw new WbxError('BAD_ARGUMENT', `-v ${text}: unknown mode "${odd}"`);
  const readOnly = flags.includes('ro');
  const isPath = source.includes('/') || source === '.' || source === '..';
  if (isPath) return { type: 'bind', source, target: checkTarget(target, text), readOnly, create: true };
  return { type: 'volume', source, target: checkTarget(target, text), readOnly };
}

/** type=...,source=...,target=...,readonly,tmpfs-size=...,tmpfs-mode=... */
export function parseMount(text: string): WantedMount {
  const fields = new Map<string, string>();
  for (const field of text.split(',')) {
    const equals = field.indexOf('=');
    const name = equals < 0 ? field : field.slice(0, equals);
    const canonical = ALIASES[name];
    if (!canonical) throw new WbxError('BAD_ARGUMENT', `--mount ${text}: unknown field "${name}"`);
    fields.set(canonical, equals < 0 ? 'true' : field.slice(equals + 1));
  }
  const type = fields.get('type') ?? 'volume';
  const source = fields.get('source') ?? '';
  const target = checkTarget(fields.get('target') ?? '', text);
  const readOnly = !['false', '0', undefined].includes(fields.get('readonly'));
  if (type === 'bind' && !source) throw new WbxError('BAD_ARGUMENT', `--mount ${text}: a bind needs a source`);
  if (type === 'bind' || type === 'volume') return { type, source, target, readOnly };
  if (type !== 'tmpfs') throw new WbxError('BAD_ARGUMENT', `--mount ${text}: unknown type "${type}"`);
  const options = ['size', 'mode'].flatMap((key) => (fields.has(key) ? [`${key}=${fields.get(key)}`] : []));
  return { type, source: '', target, readOnly, options: options.join(',') };
}

/** Docker's names of the fields of --mount. */
const ALIASES: Record<string, string> = {
  type: 'type',
  source: 'source',
  src: 'source',
  target: 'target',
  destination: 'target',
  dst: 'target',
  readonly: 'readonly',
  ro: 'readonly',
  'tmpfs-size': 'size',
  'tmpfs-mode': 'mode',
};

/** Flags of tmpfs mounts that a box has anyway. */
const TMPFS_FLAGS = ['rw', 'noexec', 'exec', 'nosuid', 'suid', 'nodev', 'dev', 'noatime', 'relatime'];

function parseTmpfs(text: string): WantedMount {
  const colon = text.indexOf(':');
  const target = checkTarget(colon < 0 ? text : text.slice(0, colon), text);
  const given = colon < 0 ? [] : text.slice(colon + 1).split(',');
  const options = given.filter((option) => option !== 'ro' && !TMPFS_FLAGS.includes(option)).join(',');
  return { type: 'tmpfs', source: '', target, readOnly: given.includes('ro'), options };
}

function checkTarget(target: string, text: string): string {
  const clean = posix.normalize(target).replace(/(?!^)\/$/, '');
  if (!target.startsWith('/')) throw new WbxError('BAD_ARGUMENT', `${text}: the mount point must be an absolute path`);
  if (clean === '/') throw new WbxError('BAD_ARGUMENT', `${text}: nothing can be mounted on /`);
  return clean;
}

/** Makes host directories and volumes ready. `rootfs`: the image's files, for a volume that is used for the first time. */
export async function prepareMounts(options: ParsedOptions, rootfs: () => Promise<Rootfs>): Promise<PreparedMounts> {
  const prepared: PreparedMounts = { mounts: [], hostRoots: [] };
  if (options.has('read-only')) prepared.mounts.push({ type: 'root', target: '/', options: 'ro' });
  for (const wanted of wantedMounts(options)) {
    const { type, target, readOnly } = wanted;
    const ro = readOnly ? ['ro'] : [];
    if (type === 'tmpfs') {
      const own = wanted.options ? [wanted.options] : [];
      prepared.mounts.push({ type, target, options: [...ro, ...own].join(',') });
      continue;
    }
    const path = type === 'bind' ? hostPath(wanted) : await volumePath(wanted, rootfs);
    prepared.mounts.push({ type: 'host', target, options: [prepared.hostRoots.length, ...ro].join(',') });
    prepared.hostRoots.push({ path, readOnly });
  }
  return prepared;
}

function hostPath({ source, create }: WantedMount): string {
  const path = resolve(source);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat && !create) throw new WbxError('NOT_FOUND', `nothing to mount: ${path} does not exist`);
  if (!stat) mkdirSync(path, { recursive: true });
  else if (!stat.isDirectory() && !stat.isFile()) {
    throw new WbxError('BAD_ARGUMENT', `${path} is neither a directory nor a regular file`);
  }
  return path;
}

async function volumePath({ source, target }: WantedMount, rootfs: () => Promise<Rootfs>): Promise<string> {
  const { Volumes } = await import('../runtime/node/volumes.ts');
  const volumes = new Volumes();
  const volume = volumes.use(source);
  if (volumes.isEmpty(volume)) await volumes.populate(volume, await rootfs(), target);
  return volume.path;
}
