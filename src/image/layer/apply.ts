// Applies a layer's changes to a tree, with the rules of the OCI image spec (layer.md) and of containerd where it is silent:
// symbolic links among a path's parents are followed inside the tree, the last name never; whiteouts touch lower layers only.
import { WbxError } from '../../errors.ts';
import { type Directory, type Inode, isDirectory, isSymlink, newDirectory, type Rootfs, splitPath } from '../rootfs.ts';
import type { Change } from './change.ts';

/** Symbolic links followed for one path, as Linux's MAXSYMLINKS. */
const MAX_LINKS = 40;

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
    const parent = this.#resolve(names);
    const old = isDirectory(parent) ? parent.entries.get(last) : undefined;
    if (old && isDirectory(parent) && !this.#fresh.has(old)) parent.entries.delete(last);
  }

  #clear(path: string): void {
    const directory = this.#resolve(splitPath(path));
    if (!isDirectory(directory)) return;
    for (const [name, inode] of directory.entries) {
      if (!this.#fresh.has(inode)) directory.entries.delete(name);
    }
  }

  #linkTarget(path: string, target: string): Inode {
    const names = splitPath(target);
    const last = names.pop() ?? '';
    const parent = this.#resolve(names);
    const inode = isDirectory(parent) ? parent.entries.get(last) : undefined;
    if (inode === undefined) throw this.#error(`has a hard link "${path}" to "${target}", which does not exist`);
    if (isDirectory(inode)) throw this.#error(`has a hard link "${path}" to the directory "${target}"`);
    return inode;
  }

  /** The directory a path's last name goes into; missing parents are made, a file in the way gives way. */
  #parent(names: string[]): Directory {
    let directory = this.#rootfs;
    for (const [i, name] of names.entries()) {
      let next = directory.entries.get(name);
      if (isSymlink(next)) next = this.#resolve(names.slice(0, i + 1));
      if (!isDirectory(next)) {
        next = newDirectory();
        this.#put(directory, name, next);
      }
      directory = next as Directory;
    }
    return directory;
  }

  /** Follows every symbolic link; undefined when something on the way is missing or no directory. */
  #resolve(names: string[]): Inode | undefined {
    const todo = [...names].reverse();
    let stack: Inode[] = [this.#rootfs];
    for (let links = 0; todo.length > 0; ) {
      const name = todo.pop() as string;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (stack.length > 1) stack.pop();
        continue;
      }
      const next = stack[stack.length - 1].entries?.get(name);
      if (next === undefined) return undefined;
      if (!isSymlink(next)) {
        stack.push(next);
        continue;
      }
      if (++links > MAX_LINKS) throw this.#error(`has an entry under "${names.join('/')}", a loop of symbolic links`);
      if (next.target.startsWith('/')) stack = [this.#rootfs];
      todo.push(...next.target.split('/').reverse());
    }
    return stack[stack.length - 1];
  }

  #error(what: string): WbxError {
    return new WbxError('BAD_IMAGE', `${this.#name} ${what}`);
  }
}
