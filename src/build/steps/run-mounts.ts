// RUN --mount: trees that are seen while the command runs. They are put into a copy of the stage's tree, and what the command
// changes below them is taken out of its layer again: a cache keeps it, everything else forgets it.
// Invariant: the stage's own tree is not touched, and no trace of a mount point gets into the layer.
import { dockerfileError, type Place } from '../../dockerfile/instruction.ts';
import type { Mount } from '../../dockerfile/mount.ts';
import type { Change } from '../../image/layer/change.ts';
import { resolve } from '../../image/resolve.ts';
import {
  compareNames,
  contentOf,
  type Directory,
  type Inode,
  isDirectory,
  newDirectory,
  newInode,
  type Rootfs,
  S_IFREG,
  S_IFSOCK,
  splitPath,
} from '../../image/rootfs.ts';
import { treeDigest } from '../cache-key.ts';
import { type CacheMounts, parseSharing } from '../cache-mounts.ts';
import type { Expander } from './config.ts';
import type { Trees } from './copy-plan.ts';

/** Where mounts get what they show. */
export interface MountSources {
  trees: Trees;
  caches: CacheMounts;
  /** A secret's bytes by its id; undefined when the build was not given it. */
  secret(id: string): Uint8Array | undefined;
  /** The socket of an ssh agent of the host, likewise. */
  agent(id: string): string | undefined;
}

/** A mount as the step needs it: what its result depends on, and how it is opened once the command really runs. */
export interface PlannedMount {
  /** As it is written, below the working directory if relative. */
  target: string;
  /** Secrets, agents and the contents of caches do not count. */
  key: unknown;
  open(): Promise<OpenMount>;
  /** The lock it takes, if any: those of a step are taken in the order of these names. */
  lock?: string;
}

export interface OpenMount {
  inode: Inode;
  /** Gets the changes below the path, which count from it, when they are to be kept. */
  keep?(changes: Change[]): Promise<void>;
  release?(): void;
}

/** One that is in place. */
export interface ReadyMount extends OpenMount {
  /** Free of links, no leading slash. */
  path: string;
}

export interface RunMounts {
  mounts: PlannedMount[];
  /** Secrets as variables, and where the agent is. */
  env: string[];
  /** Sockets of the host; the inode of the n-th one has n as its rdev. */
  sockets: string[];
}

export async function planMounts(
  mounts: Mount[],
  sources: MountSources,
  expand: Expander,
  place: Place,
): Promise<RunMounts> {
  const planned: RunMounts = { mounts: [], env: [], sockets: [] };
  for (const { type, options } of mounts) {
    const value = (name: string) => {
      const text = options.get(name);
      return text === undefined ? undefined : expand.word(text);
    };
    await new MountMaker(value, sources, place)[type](planned);
  }
  return planned;
}

/** Opens the mounts over a stage's tree, `use`s them and closes them again. */
export async function withMounts<T>(
  planned: PlannedMount[],
  { tree, cwd, place }: { tree: Rootfs; cwd: string; place: Place },
  use: (mounts: ReadyMount[]) => Promise<T>,
): Promise<T> {
  const ready = new Map<PlannedMount, ReadyMount>();
  try {
    for (const mount of planned.toSorted((a, b) => compareNames(a.lock ?? '', b.lock ?? ''))) {
      const { path } = resolve(tree, mount.target.startsWith('/') ? mount.target : `${cwd}/${mount.target}`);
      if (path === '') throw dockerfileError(place, 'RUN --mount cannot have the target /');
      ready.set(mount, { path, ...(await mount.open()) });
    }
    // What is mounted later hides what is mounted earlier.
    return await use(planned.map((mount) => ready.get(mount) as ReadyMount));
  } finally {
    for (const mount of ready.values()) mount.release?.();
  }
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

  async bind({ mounts }: RunMounts): Promise<void> {
    const inode = await this.#source();
    const target = this.#target();
    mounts.push({ target, key: ['bind', target, treeDigest(inode)], open: async () => ({ inode }) });
  }

  async cache({ mounts }: RunMounts): Promise<void> {
    const target = this.#target();
    const id = this.#value('id') ?? target;
    const sharing = parseSharing(this.#value('sharing'), this.#place);
    const readOnly = this.#value('readonly') === 'true';
    const open = async () => {
      const fresh = this.#value('from') === undefined ? this.#emptyCache() : ((await this.#source()) as Directory);
      const { keep, ...cache } = await this.#sources.caches.open(id, fresh, sharing);
      return readOnly ? cache : { ...cache, keep };
    };
    mounts.push({ target, key: ['cache', target, id], open, lock: id });
  }

  async tmpfs({ mounts }: RunMounts): Promise<void> {
    const target = this.#target();
    mounts.push({ target, key: ['tmpfs', target], open: async () => ({ inode: newDirectory(0o1777) }) });
  }

  async secret({ mounts, env }: RunMounts): Promise<void> {
    const given = this.#value('target');
    const id = this.#value('id') ?? given?.split('/').at(-1);
    if (!id) throw dockerfileError(this.#place, 'RUN --mount=type=secret needs an id');
    const bytes = this.#sources.secret(id);
    if (!bytes) {
      if (this.#value('required') !== 'true') return;
      throw dockerfileError(this.#place, `the secret "${id}" is required; give it with --secret id=${id},src=FILE`);
    }
    const variable = this.#value('env');
    if (variable !== undefined) env.push(`${variable}=${Buffer.from(bytes).toString()}`);
    if (variable !== undefined && given === undefined) return;
    const inode = newInode(S_IFREG | this.#number('mode', 0o400, 8), { content: contentOf(bytes), ...this.#owner() });
    const target = given ?? `/run/secrets/${id}`;
    mounts.push({ target, key: ['secret', given, id], open: async () => ({ inode }) });
  }

  async ssh({ mounts, env, sockets }: RunMounts): Promise<void> {
    const id = this.#value('id') ?? 'default';
    const agent = this.#sources.agent(id);
    if (agent === undefined) {
      if (this.#value('required') !== 'true') return;
      throw dockerfileError(this.#place, `the ssh agent "${id}" is required; give it with --ssh ${id}`);
    }
    const target = this.#value('target') ?? `/run/buildkit/ssh_agent.${sockets.length}`;
    const rdev = sockets.push(agent);
    if (rdev === 1) env.push(`SSH_AUTH_SOCK=${target}`);
    const inode = newInode(S_IFSOCK | this.#number('mode', 0o600, 8), { rdev, ...this.#owner() });
    mounts.push({ target, key: ['ssh', target, id], open: async () => ({ inode }) });
  }

  #target(): string {
    return this.#value('target') as string;
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
export async function unmounted(changes: Iterable<Change>, rootfs: Rootfs, mounts: ReadyMount[]): Promise<Change[]> {
  const own: Change[] = [];
  const below = new Map<ReadyMount, Change[]>(mounts.map((mount) => [mount, []]));
  for (const change of changes) {
    const mount = mountOf(mounts, change.path);
    if (mount) below.get(mount)?.push(relative(change, mount.path));
    else if (!isMountPoint(change, rootfs, mounts)) own.push(change);
  }
  for (const [mount, list] of below) await mount.keep?.(list);
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
