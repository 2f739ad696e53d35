// Applies a layer's changes to a tree, with the rules of the OCI image spec (layer.md) and of containerd where it is silent:
// symbolic links among a path's parents are followed inside the tree, the last name never; whiteouts touch lower layers only.
import { WbxError } from '../../errors.ts';
import { type Resolved, resolve } from '../resolve.ts';
import { type Directory, type Inode, isDirectory, newDirectory, type Rootfs, splitPath } from '../rootfs.ts';
import type { Change } from './change.ts';

/** Changes `rootfs` in place; `name` is what errors call the layer. */
export function applyLayer(rootfs: Rootfs, changes: Iterable<Change>, name: string): void {
  const layer = new LayerApply(rootfs, name);
  for (const change of changes) layer.apply(change);
}

class LayerApply {
  readonly #rootfs: Rootfs;
  readonly #name: string;
  /** Inodes that this layer made, which its own opaque markers leave alone. */
  readonly #fresh = new Set<Inode>();

  constructor(rootfs: Rootfs, name: string) {
    this.#rootfs = rootfs;
    this.#name = name;
  }

  apply(change: Change): void {
    if (change.kind === 'opaque') return this.#clear(change.path);
    const names = splitPath(change.path);
    const last = names.pop();
    if (last === undefined) return this.#putRoot(change);
    if (change.kind === 'whiteout') return this.#whiteout(names, last);
    const inode = change.kind === 'inode' ? change.inode : this.#linkTarget(change.path, change.target);
    this.#put(this.#parent(names), last, inode);
  }

  #put(parent: Directory, name: string, inode: Inode): void {
    const old = parent.entries.get(name);
    this.#fresh.add(inode);
    if (isDirectory(inode)) inode.entries = isDirectory(old) ? old.entries : new Map();
    parent.entries.set(name, inode);
  }

  #putRoot(change: Change): void {
    if (change.kind !== 'inode' || !isDirectory(change.inode)) throw this.#error('replaces the root directory');
    Object.assign(this.#rootfs, change.inode, { entries: this.#rootfs.entries });
  }

  #whiteout(names: string[], last: string): void {
    const parent = this.#resolve(names).inode;
    const old = isDirectory(parent) ? parent.entries.get(last) : undefined;
    if (old && isDirectory(parent) && !this.#fresh.has(old)) parent.entries.delete(last);
  }

  #clear(path: string): void {
    const directory = this.#resolve(splitPath(path)).inode;
    if (!isDirectory(directory)) return;
    for (const [name, inode] of directory.entries) {
      if (!this.#fresh.has(inode)) directory.entries.delete(name);
    }
  }

  #linkTarget(path: string, target: string): Inode {
    const names = splitPath(target);
    const last = names.pop() ?? '';
    const parent = this.#resolve(names).inode;
    const inode = isDirectory(parent) ? parent.entries.get(last) : undefined;
    if (inode === undefined) throw this.#error(`has a hard link "${path}" to "${target}", which does not exist`);
    if (isDirectory(inode)) throw this.#error(`has a hard link "${path}" to the directory "${target}"`);
    return inode;
  }

  /** The directory a path's last name goes into; missing parents are made, a file in the way gives way. */
  #parent(names: string[]): Directory {
    const { path, inode } = this.#resolve(names);
    if (isDirectory(inode)) return inode;
    let directory = this.#rootfs;
    for (const name of splitPath(path)) {
      let next = directory.entries.get(name);
      if (!isDirectory(next)) {
        next = newDirectory();
        this.#put(directory, name, next);
      }
      directory = next as Directory;
    }
    return directory;
  }

  #resolve(names: string[]): Resolved {
    try {
      return resolve(this.#rootfs, names.join('/'));
    } catch (error) {
      throw this.#error(`has an entry where ${(error as Error).message}`);
    }
  }

  #error(what: string): WbxError {
    return new WbxError('BAD_IMAGE', `${this.#name} ${what}`);
  }
}
