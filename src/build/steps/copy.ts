// COPY and ADD: sources of a tree become the changes that put them into the stage's file system.
// Invariant: the destination is resolved inside the stage (its symbolic links too), and nothing there is changed in place.
import { posix } from 'node:path';
import { dockerfileError, type Place } from '../../dockerfile/instruction.ts';
import type { Change } from '../../image/layer/change.ts';
import type { ModeChange } from '../../image/mode.ts';
import { resolve } from '../../image/resolve.ts';
import {
  type Inode,
  isDirectory,
  isSymlink,
  lookup,
  newDirectory,
  type Rootfs,
  S_IFMT,
  S_IFSOCK,
  sortedEntries,
  splitPath,
} from '../../image/rootfs.ts';
import { buildTime } from '../../image/time.ts';
import type { Source } from '../sources.ts';
import { isArchive, type Unpacked, unpack } from './unpack.ts';

export interface CopyPlan {
  keyword: 'COPY' | 'ADD';
  sources: Source[];
  /** Absolute; a slash at its end makes it a directory. */
  destination: string;
  /** --chown; root when absent, except for what keeps its owner (--from, archives). */
  owner?: { uid: number; gid: number };
  keepOwner: boolean;
  /** --chmod. */
  mode?: ModeChange;
  /** --link: the stage is not looked at, so links in it are replaced and not followed. */
  link: boolean;
  /** Archives are unpacked; when absent, ADD does it to those that were not downloaded. */
  unpack?: boolean;
  place: Place;
}

export async function copyChanges(rootfs: Rootfs, plan: CopyPlan): Promise<Change[]> {
  const copy = new Copy(rootfs, plan);
  for (const source of plan.sources) await copy.add(source);
  return copy.changes;
}

class Copy {
  readonly changes: Change[] = [];
  readonly #rootfs: Rootfs;
  readonly #plan: CopyPlan;
  readonly #made = new Map<string, Inode>();
  readonly #names = new Map<Inode, string>();

  constructor(rootfs: Rootfs, plan: CopyPlan) {
    this.#rootfs = rootfs;
    this.#plan = plan;
  }

  async add({ name, inode, downloaded }: Source): Promise<void> {
    // Names of one file stay links to each other only within a directory that is copied.
    this.#names.clear();
    const target = this.#resolve(this.#plan.destination);
    if (isDirectory(inode)) return this.#directory(inode, target.path, this.#plan.keepOwner);
    if ((this.#plan.unpack ?? (this.#plan.keyword === 'ADD' && !downloaded)) && isArchive(inode)) {
      return this.#archive(await unpack(inode, name, this.#plan.place), target.path);
    }
    const into = this.#plan.destination.endsWith('/') || isDirectory(this.#at(target.path));
    const path = into ? this.#resolve(posix.join(target.path, name)).path : target.path;
    this.#parents(path);
    this.#put(path, inode, this.#plan.keepOwner);
  }

  /** The contents of a directory go into the destination. */
  #directory(directory: Inode, path: string, keepOwner: boolean): void {
    this.#parents(path === '' ? '' : `${path}/x`);
    this.#contents(directory, path, keepOwner);
  }

  #archive({ tree, hasRoot }: Unpacked, path: string): void {
    this.#parents(path);
    if (hasRoot && path !== '') this.#put(path, tree, true);
    this.#directory(tree, path, true);
  }

  #contents(directory: Inode, path: string, keepOwner: boolean): void {
    for (const [name, inode] of sortedEntries(directory)) {
      const child = path === '' ? name : `${path}/${name}`;
      this.#put(child, inode, keepOwner);
      if (isDirectory(inode)) this.#contents(inode, child, keepOwner);
    }
  }

  #put(path: string, inode: Inode, keepOwner: boolean): void {
    if ((inode.mode & S_IFMT) === S_IFSOCK) return;
    const old = this.#at(path);
    if (isDirectory(old) !== isDirectory(inode) && (isDirectory(old) || (old && isDirectory(inode))))
      throw this.#clash(path, old);
    const first = this.#names.get(inode);
    if (first !== undefined) {
      this.changes.push({ kind: 'hardlink', path, target: first });
      return;
    }
    if (!isDirectory(inode)) this.#names.set(inode, path);
    const { owner, mode } = this.#plan;
    const copy: Inode = { ...inode, ...(owner ?? (keepOwner ? {} : { uid: 0, gid: 0 })) };
    if (mode !== undefined && !isSymlink(inode)) copy.mode = mode(inode.mode);
    if (isDirectory(copy)) copy.entries = new Map();
    this.#made.set(path, copy);
    this.changes.push({ kind: 'inode', path, inode: copy });
  }

  /** Directories on the way that do not exist: 0755, the owner of --chown. */
  #parents(path: string): void {
    const names = splitPath(path).slice(0, -1);
    for (const [i] of names.entries()) {
      const parent = names.slice(0, i + 1).join('/');
      const there = this.#at(parent);
      if (isDirectory(there)) continue;
      if (there) throw this.#clash(parent, there);
      const inode = newDirectory(0o755, { ...this.#plan.owner, mtimeSec: buildTime() });
      this.#made.set(parent, inode);
      this.changes.push({ kind: 'inode', path: parent, inode });
    }
  }

  #at(path: string): Inode | undefined {
    const made = this.#made.get(path);
    if (made || !this.#plan.link) return made ?? resolve(this.#rootfs, path, false).inode;
    const there = lookup(this.#rootfs, path);
    return isDirectory(there) ? there : undefined;
  }

  #resolve(path: string): { path: string } {
    return this.#plan.link ? { path: splitPath(path).join('/') } : resolve(this.#rootfs, path);
  }

  #clash(path: string, old: Inode | undefined) {
    const what = isDirectory(old)
      ? 'a directory stands where a file should go'
      : 'something that is no directory stands in the way';
    return dockerfileError(this.#plan.place, `${this.#plan.keyword} cannot write /${path}: ${what}`);
  }
}
