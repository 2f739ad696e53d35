// A Rootfs from a directory of this machine. File contents stay where they are and are read on demand.
// Invariant: names that share device and inode number become one Inode (a hard link).
import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { WbxError } from '../errors.ts';
import { contentOfFile } from './files.ts';
import { type Inode, newInode, type Rootfs } from './rootfs.ts';

/** Reads the tree below `path`. Files of an unprivileged caller appear as root's, as they would after a chown. */
export function rootfsFromDirectory(path: string): Rootfs {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stat) throw new WbxError('NOT_FOUND', `${path}: no such directory`);
  const root = stat.isSymbolicLink() ? lstatSync(`${path}/.`, { bigint: true }) : stat;
  if (!root.isDirectory()) throw new WbxError('NOT_FOUND', `${path}: not a directory`);
  return new Walk(process.getuid?.() ?? 0, process.getgid?.() ?? 0).inode(path, root) as Rootfs;
}

class Walk {
  #linked = new Map<string, Inode>();
  #uid: number;
  #gid: number;

  constructor(uid: number, gid: number) {
    this.#uid = uid;
    this.#gid = gid;
  }

  inode(path: string, stat: BigIntStats): Inode {
    const shared = !stat.isDirectory() && stat.nlink > 1n ? `${stat.dev}:${stat.ino}` : '';
    const known = shared && this.#linked.get(shared);
    if (known) return known;
    const inode = this.#attributes(stat);
    if (shared) this.#linked.set(shared, inode);
    if (stat.isDirectory()) inode.entries = this.#entries(path);
    else if (stat.isSymbolicLink()) inode.target = readlinkSync(path);
    else if (stat.isFile()) inode.content = contentOfFile(path, Number(stat.size));
    return inode;
  }

  #attributes(stat: BigIntStats): Inode {
    const uid = Number(stat.uid);
    const gid = Number(stat.gid);
    return newInode(Number(stat.mode), {
      uid: uid === this.#uid ? 0 : uid,
      gid: gid === this.#gid ? 0 : gid,
      mtimeSec: Number(stat.mtimeNs / 1_000_000_000n),
      mtimeNsec: Number(stat.mtimeNs % 1_000_000_000n),
      rdev: Number(stat.rdev),
    });
  }

  #entries(path: string): Map<string, Inode> {
    const entries = new Map<string, Inode>();
    for (const name of readdirSync(path).sort()) {
      const child = `${path}/${name}`;
      const stat = lstatSync(child, { bigint: true, throwIfNoEntry: false });
      if (stat) entries.set(name, this.inode(child, stat));
    }
    return entries;
  }
}
