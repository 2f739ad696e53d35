// A file system tree in memory: what the layers of an image fold into, and what the box writer reads.
// Contents stay where they are (a file on disk, a tar in the store) and are read at random through Content.
// Invariant: hard links are one Inode object under several names; names are UTF-8 decoded and never "", "." or "..".

export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;

/** Bytes of a file: synchronous, random access. A read beyond the end gives fewer bytes. */
export interface Content {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

export interface Inode {
  /** S_IFMT | permissions. */
  mode: number;
  uid: number;
  gid: number;
  mtimeSec: number;
  mtimeNsec: number;
  /** Linux's huge encoding: major << 8 | minor for the numbers in use. */
  rdev: number;
  xattrs?: Map<string, Uint8Array>;
  /** Regular files. */
  content?: Content;
  /** Symbolic links. */
  target?: string;
  /** Directories. */
  entries?: Map<string, Inode>;
}

/** The root directory of a tree. */
export type Rootfs = Inode & { entries: Map<string, Inode> };

export type Directory = Rootfs;

const EMPTY = new Uint8Array(0);

export const EMPTY_CONTENT: Content = { size: 0, read: () => EMPTY };

export function contentOf(bytes: Uint8Array): Content {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
  };
}

export function isDirectory(inode: Inode | undefined): inode is Directory {
  return inode?.entries !== undefined;
}

export function isFile(inode: Inode | undefined): inode is Inode & { content: Content } {
  return inode?.content !== undefined;
}

export function isSymlink(inode: Inode | undefined): inode is Inode & { target: string } {
  return inode?.target !== undefined;
}

export function newInode(mode: number, fields: Partial<Inode> = {}): Inode {
  return { mode, uid: 0, gid: 0, mtimeSec: 0, mtimeNsec: 0, rdev: 0, ...fields };
}

export function newDirectory(permissions = 0o755, fields: Partial<Inode> = {}): Directory {
  return { ...newInode(S_IFDIR | permissions, fields), entries: new Map() };
}

export function newRootfs(): Rootfs {
  return newDirectory();
}

/** The names of a path; empty names and "." fall away, ".." steps back and stops at the root. */
export function splitPath(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

/** The inode at a path without following any symbolic link. */
export function lookup(rootfs: Rootfs, path: string): Inode | undefined {
  let inode: Inode | undefined = rootfs;
  for (const name of splitPath(path)) inode = inode?.entries?.get(name);
  return inode;
}

/**
 * Puts an inode at a path and makes missing parents as `makeParent` says (0755 root by default).
 * Anything but a directory that stands where a parent is needed is replaced, as tar does.
 */
export function insert(rootfs: Rootfs, path: string, inode: Inode, makeParent: () => Directory = newDirectory): void {
  const names = splitPath(path);
  const last = names.pop();
  if (last === undefined) throw new RangeError('the root cannot be replaced');
  let directory: Directory = rootfs;
  for (const name of names) {
    const next = directory.entries.get(name);
    if (isDirectory(next)) {
      directory = next;
    } else {
      const made = makeParent();
      directory.entries.set(name, made);
      directory = made;
    }
  }
  directory.entries.set(last, inode);
}

/** Removes what is at a path, with everything below; false when nothing was there. */
export function remove(rootfs: Rootfs, path: string): boolean {
  const names = splitPath(path);
  const last = names.pop();
  if (last === undefined) return false;
  const parent = lookup(rootfs, names.join('/'));
  return parent?.entries?.delete(last) ?? false;
}

/** The order of names as UTF-8 bytes, which JavaScript's UTF-16 order differs from above U+FFFF. */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return isSurrogate(x) !== isSurrogate(y) ? (isSurrogate(x) ? 1 : -1) : x - y;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return (unit & 0xf800) === 0xd800;
}

export function sortedEntries(directory: Inode): [string, Inode][] {
  return [...(directory.entries ?? [])].sort(([a], [b]) => compareNames(a, b));
}

/** Every inode with its path (no leading slash; the root is ""), a directory before what is in it, names in byte order. */
export function* walk(inode: Inode, path = ''): Generator<[string, Inode]> {
  yield [path, inode];
  for (const [name, child] of sortedEntries(inode)) yield* walk(child, path === '' ? name : `${path}/${name}`);
}

/** A copy of the tree that can be changed without changing the original; hard links stay linked, contents are shared. */
export function cloneRootfs(rootfs: Rootfs): Rootfs {
  const clones = new Map<Inode, Inode>();
  const clone = (inode: Inode): Inode => {
    const known = clones.get(inode);
    if (known !== undefined) return known;
    const copy: Inode = { ...inode };
    clones.set(inode, copy);
    if (inode.entries) copy.entries = new Map([...inode.entries].map(([name, child]) => [name, clone(child)]));
    return copy;
  };
  return clone(rootfs) as Rootfs;
}
