// Contents and trees that lie on the host's disk: a file read at random through one descriptor, and a directory as a Rootfs.
import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { type Content, type Inode, newInode, S_IFDIR, S_IFMT, S_IFREG, S_IFSOCK } from './rootfs.ts';

/** One open file: for archives, of which many members are read. */
export class OpenFile implements Content {
  readonly size: number;
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
    this.size = fstatSync(this.#fd).size;
  }

  read(offset: number, length: number): Uint8Array {
    return readAt(this.#fd, offset, Math.max(0, Math.min(length, this.size - offset)));
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** A file opened anew for every read: for build contexts, which may hold more files than a process may open. */
export function contentOfFile(path: string, size: number): Content {
  const read = (offset: number, length: number): Uint8Array => {
    const fd = openSync(path, 'r');
    try {
      return readAt(fd, offset, Math.max(0, Math.min(length, size - offset)));
    } finally {
      closeSync(fd);
    }
  };
  return { size, read };
}

/** The inode of a host path, not following a symbolic link, without entries; undefined for a socket, which no image holds. */
export function inodeOfFile(path: string, stat: Stats = lstatSync(path)): Inode | undefined {
  if ((stat.mode & S_IFMT) === S_IFSOCK) return undefined;
  const inode = newInode(stat.mode, {
    uid: stat.uid,
    gid: stat.gid,
    mtimeSec: Math.floor(stat.mtimeMs / 1000),
    rdev: stat.isBlockDevice() || stat.isCharacterDevice() ? stat.rdev : 0,
  });
  if ((stat.mode & S_IFMT) === S_IFREG) inode.content = contentOfFile(path, stat.size);
  if ((stat.mode & S_IFMT) === S_IFDIR) inode.entries = new Map();
  if (stat.isSymbolicLink()) inode.target = readlinkSync(path);
  return inode;
}

/** A whole host directory as a tree; hard links within it stay linked. */
export function treeOfDirectory(directory: string): Inode {
  const linked = new Map<string, Inode>();
  const visit = (path: string): Inode | undefined => {
    const stat = lstatSync(path);
    const key = stat.nlink > 1 && !stat.isDirectory() ? `${stat.dev}:${stat.ino}` : undefined;
    const known = key === undefined ? undefined : linked.get(key);
    if (known) return known;
    const inode = inodeOfFile(path, stat);
    if (inode && key !== undefined) linked.set(key, inode);
    if (inode?.entries) {
      for (const name of readdirSync(path)) {
        const child = visit(join(path, name));
        if (child) inode.entries.set(name, child);
      }
    }
    return inode;
  };
  return visit(directory) as Inode;
}

function readAt(fd: number, offset: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const got = readSync(fd, bytes, done, length - done, offset + done);
    if (got === 0) break;
    done += got;
  }
  return bytes.subarray(0, done);
}
