// A Rootfs from a directory of this machine. File contents stay where they are and are read on demand.
// Invariant: names that share device and inode number become one Inode (a hard link).
import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { WbxError } from '../errors.ts';
import { contentOfFile } from './files.ts';
import { type Inode, newInode, type Rootfs, S_IFMT } from './rootfs.ts';

/** Which paths (no leading slash) exist; `if-not-empty` is for a directory that counts only for what is below it. */
export type Filter = (path: string, isDirectory: boolean) => 'yes' | 'no' | 'if-not-empty';

/**
 * The tree below `path`, each directory read when it is first looked into. Files of an unprivileged caller appear as
 * root's, as they would after a chown.
 */
export function rootfsFromDirectory(path: string, filter: Filter = () => 'yes'): Rootfs {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stat) throw new WbxError('NOT_FOUND', `${path}: no such directory`);
  const root = stat.isSymbolicLink() ? lstatSync(`${path}/.`, { bigint: true }) : stat;
  if (!root.isDirectory()) throw new WbxError('NOT_FOUND', `${path}: not a directory`);
  return new Walk(path, filter).inode('', root) as Rootfs;
}

class Walk {
  #linked = new Map<string, Inode>();
  readonly #uid = process.getuid?.() ?? 0;
  readonly #gid = process.getgid?.() ?? 0;
  readonly #base: string;
  readonly #filter: Filter;

  constructor(base: string, filter: Filter) {
    this.#base = base;
    this.#filter = filter;
  }

  /** `path` counts from the base. */
  inode(path: string, stat: BigIntStats): Inode {
    const shared = !stat.isDirectory() && stat.nlink > 1n ? `${stat.dev}:${stat.ino}` : '';
    const known = shared && this.#linked.get(shared);
    if (known) return known;
    const inode = this.#attributes(stat);
    if (shared) this.#linked.set(shared, inode);
    const file = `${this.#base}/${path}`;
    if (stat.isDirectory()) defineLazily(inode, 'entries', () => this.#entries(path));
    else if (stat.isSymbolicLink()) inode.target = readlinkSync(file);
    else if (stat.isFile()) inode.content = contentOfFile(file, Number(stat.size));
    return inode;
  }

  #attributes(stat: BigIntStats): Inode {
    const uid = Number(stat.uid);
    const gid = Number(stat.gid);
    return newInode(modeOf(stat), {
      uid: uid === this.#uid ? 0 : uid,
      gid: gid === this.#gid ? 0 : gid,
      mtimeSec: Number(stat.mtimeNs / 1_000_000_000n),
      mtimeNsec: Number(stat.mtimeNs % 1_000_000_000n),
      rdev: Number(stat.rdev),
    });
  }

  #entries(directory: string): Map<string, Inode> {
    const entries = new Map<string, Inode>();
    for (const name of readdirSync(`${this.#base}/${directory}`).sort()) {
      const path = directory === '' ? name : `${directory}/${name}`;
      const stat = lstatSync(`${this.#base}/${path}`, { bigint: true, throwIfNoEntry: false });
      if (!stat && name.includes('\ufffd')) throw new WbxError('UNSUPPORTED', `${path}: the name is not UTF-8`);
      const wanted = stat ? this.#filter(path, stat.isDirectory()) : 'no';
      if (!stat || wanted === 'no') continue;
      const inode = this.inode(path, stat);
      if (wanted === 'yes' || inode.entries?.size) entries.set(name, inode);
    }
    return entries;
  }
}

/** Windows has no modes: everything may be executed, as with `docker build` there. */
function modeOf(stat: BigIntStats): number {
  const mode = Number(stat.mode);
  return process.platform === 'win32' && !stat.isSymbolicLink() ? (mode & S_IFMT) | 0o755 : mode;
}

/** A property that is computed when it is first read, and an ordinary one from then on. */
function defineLazily<T, K extends keyof T>(object: T, key: K, compute: () => T[K]): void {
  const settle = (value: T[K]): T[K] => {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    return value;
  };
  Object.defineProperty(object, key, {
    get: () => settle(compute()),
    set: settle,
    enumerable: true,
    configurable: true,
  });
}
