// RUN --mount: trees that are seen while the command runs. They are put into a copy of the stage's tree, and what the command
// changes below them is taken out of its layer again: a cache keeps it, everything else forgets it.
// Invariant: the stage's own tree is not touched, and no trace of a mount point gets into the layer.
import { dockerfileError, type Place } from '../../dockerfile/instruction.ts';
import type { Mount } from '../../dockerfile/mount.ts';
import type { Change } from '../../image/layer/change.ts';
import { resolve } from '../../image/resolve.ts';
import {
  contentOf,
  type Directory,
  type Inode,
  isDirectory,
  newDirectory,
  newInode,
  type Rootfs,
  S_IFREG,
  splitPath,
} from '../../image/rootfs.ts';
import { treeDigest } from '../cache-key.ts';
import type { CacheMounts } from '../cache-mounts.ts';
import type { Expander } from './config.ts';
import type { Trees } from './copy-plan.ts';

/** Where mounts get what they show. */
export interface MountSources {
  trees: Trees;
  caches: CacheMounts;
  /** A secret's bytes by its id; undefined when the build was not given it. */
  secret(id: string): Uint8Array | undefined;
}

/** A mount that is ready: what is at its path, and what becomes of changes there. */
export interface ReadyMount {
  /** Free of links, no leading slash. */
  path: string;
  inode: Inode;
  /** Changes below the path, which count from it, when they are to be kept. */
  keep?(changes: Change[]): void;
  /** What the step's result depends on; secrets and caches do not count. */
  key: unknown;
}

export interface RunMounts {
  mounts: ReadyMount[];
  /** Secrets as variables. */
  env: string[];
}

export async function readyMounts(
  mounts: Mount[],
  rootfs: () => Promise<Rootfs>,
  cwd: string,
  sources: MountSources,
  expand: Expander,
  place: Place,
): Promise<RunMounts> {
  const ready: RunMounts = { mounts: [], env: [] };
  if (mounts.length === 0) return ready;
  const tree = await rootfs();
  for (const { type, options } of mounts) {
    const value = (name: string) => {
      const text = options.get(name);
      return text === undefined ? undefined : expand.word(text);
    };
    const at = (target: string) => resolve(tree, target.startsWith('/') ? target : `${cwd}/${target}`).path;
    const maker = new MountMaker(value, sources, place);
    if (type === 'secret') maker.secret(ready, at);
    else ready.mounts.push({ path: at(value('target') as string), ...(await maker[type]()) });
  }
  const root = ready.mounts.find(({ path }) => path === '');
  if (root) throw dockerfileError(place, 'RUN --mount cannot have the target /');
  return ready;
}

class MountMaker {
  readonly #value: (name: string) => string | undefined;
  readonly #sources: MountSources;
  readonly #place: Place;

  constructor(value: (name: string) => string | undefined, sources: MountSources, place: Place) {
    this.#value = value;
    this.#sources = sources;
    this.#place = place;
  }

  async bind(): Promise<Omit<ReadyMount, 'path'>> {
    const inode = await this.#source();
    return { inode, key: ['bind', this.#value('target'), treeDigest(inode)] };
  }

  async cache(): Promise<Omit<ReadyMount, 'path'>> {
    const id = this.#value('id') ?? (this.#value('target') as string);
    const fresh = this.#value('from') === undefined ? this.#emptyCache() : ((await this.#source()) as Directory);
    const { tree, keep } = this.#sources.caches.open(id, fresh);
    const readOnly = this.#value('readonly') === 'true';
    return { inode: tree, keep: readOnly ? undefined : keep, key: ['cache', this.#value('target'), id] };
  }

  tmpfs(): Omit<ReadyMount, 'path'> {
    return { inode: newDirectory(0o1777), key: ['tmpfs', this.#value('target')] };
  }

  secret(ready: RunMounts, at: (target: string) => string): void {
    const target = this.#value('target');
    const id = this.#value('id') ?? target?.split('/').at(-1);
    if (!id) throw dockerfileError(this.#place, 'RUN --mount=type=secret needs an id');
    const bytes = this.#sources.secret(id);
    if (!bytes) {
      if (this.#value('required') !== 'true') return;
      throw dockerfileError(this.#place, `the secret "${id}" is required; give it with --secret id=${id},src=FILE`);
    }
    const variable = this.#value('env');
    if (variable !== undefined) ready.env.push(`${variable}=${Buffer.from(bytes).toString()}`);
    if (variable !== undefined && target === undefined) return;
    const inode = newInode(S_IFREG | this.#number('mode', 0o400, 8), { content: contentOf(bytes), ...this.#owner() });
    ready.mounts.push({ path: at(target ?? `/run/secrets/${id}`), inode, key: ['secret', target, id] });
  }

  async #source(): Promise<Inode> {
    const from = this.#value('from');
    const { trees } = this.#sources;
    const tree = from === undefined ? trees.context() : await trees.from(from, this.#place);
    const path = this.#value('source') ?? '/';
    const { inode } = resolve(tree, path);
    if (inode) return inode;
    throw dockerfileError(
      this.#place,
      `RUN --mount: "${path}" is not in ${from === undefined ? 'the build context' : `"${from}"`}`,
    );
  }

  #emptyCache(): Directory {
    return newDirectory(this.#number('mode', 0o755, 8), this.#owner());
  }

  #owner(): { uid: number; gid: number } {
    return { uid: this.#number('uid', 0, 10), gid: this.#number('gid', 0, 10) };
  }

  #number(name: string, otherwise: number, radix: 8 | 10): number {
    const text = this.#value(name);
    if (text === undefined) return otherwise;
    if ((radix === 8 ? /^[0-7]{1,5}$/ : /^\d{1,10}$/).test(text)) return Number.parseInt(text, radix);
    throw dockerfileError(this.#place, `RUN --mount: ${name}=${text} is no number`);
  }
}

/** The tree with the mounts in it; directories on the way are copies, the rest is shared. */
export function mounted(rootfs: Rootfs, mounts: ReadyMount[]): Rootfs {
  const root: Rootfs = { ...rootfs, entries: new Map(rootfs.entries) };
  for (const { path, inode } of mounts) {
    const names = splitPath(path);
    let directory: Directory = root;
    for (const name of names.slice(0, -1)) {
      const there = directory.entries.get(name);
      const copy: Directory = isDirectory(there) ? { ...there, entries: new Map(there.entries) } : newDirectory();
      directory.entries.set(name, copy);
      directory = copy;
    }
    directory.entries.set(names[names.length - 1], inode);
  }
  return root;
}

/** Takes what happened below the mounts out of a layer, and gives caches what is theirs. */
export function unmounted(changes: Iterable<Change>, rootfs: Rootfs, mounts: ReadyMount[]): Change[] {
  const own: Change[] = [];
  const below = new Map<ReadyMount, Change[]>(mounts.map((mount) => [mount, []]));
  for (const change of changes) {
    const mount = mountOf(mounts, change.path);
    if (mount) below.get(mount)?.push(relative(change, mount.path));
    else if (!isMountPoint(change, rootfs, mounts)) own.push(change);
  }
  for (const [mount, list] of below) mount.keep?.(list);
  return own;
}

/** The innermost mount a path lies in. */
function mountOf(mounts: ReadyMount[], path: string): ReadyMount | undefined {
  const inside = mounts.filter((mount) => path === mount.path || path.startsWith(`${mount.path}/`));
  return inside.sort((a, b) => b.path.length - a.path.length)[0];
}

function relative(change: Change, base: string): Change {
  const inner = (path: string) => path.slice(base.length + 1);
  if (change.kind !== 'hardlink') return { ...change, path: inner(change.path) };
  return { ...change, path: inner(change.path), target: inner(change.target) };
}

/** A directory above a mount that the stage does not have: made for the mount, not by the command. */
function isMountPoint(change: Change, rootfs: Rootfs, mounts: ReadyMount[]): boolean {
  const above = mounts.some(({ path }) => path.startsWith(`${change.path}/`));
  return above && change.kind === 'inode' && change.path !== '' && resolve(rootfs, change.path).inode === undefined;
}
