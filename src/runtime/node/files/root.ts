// One host directory (or file) that a box may use: the operations on its paths. Nothing here follows a link.
import * as fs from 'node:fs';
import type { BigIntStats } from 'node:fs';
import * as F from '../../../../abi/hostfs.ts';
import { EEXIST, EINVAL, EISDIR, ELOOP, ENXIO, EOPNOTSUPP, EROFS, ESTALE } from '../../../../abi/linux/errno.ts';
import type { Wanted } from './attributes.ts';
import { AnchoredPlaces, type Places } from './places.ts';
import { CAREFUL, CheckedPlaces } from './checked-places.ts';
import { HostError } from './host-error.ts';
import type { Owners } from './owners.ts';

const S_IFMT = 0o170000;
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY } = fs.constants;

export class Root {
  readonly #places: Places;
  readonly #readOnly: boolean;
  readonly #owners: Owners;

  constructor(path: string, readOnly: boolean, owners: Owners) {
    const anchored = process.platform === 'linux' && fs.existsSync('/proc/self/fd');
    this.#places = anchored ? new AnchoredPlaces(path) : new CheckedPlaces(path);
    this.#readOnly = readOnly;
    this.#owners = owners;
  }

  stat(path: Uint8Array): BigIntStats {
    if (path.length > 0) return fs.lstatSync(this.#places.at(path), { bigint: true });
    return this.#places.pinned(path, (at) => fs.statSync(at, { bigint: true }));
  }

  /** Descriptor of a regular file, or of a directory to be listed. `ino`: must be that one unless 0. */
  open(path: Uint8Array, directory: boolean, writable: boolean, ino: bigint): number {
    if (writable) this.#mayWrite();
    return this.#places.pinned(path, (at, pin) => {
      const stat = pin < 0 ? fs.lstatSync(at, { bigint: true }) : fs.fstatSync(pin, { bigint: true });
      if (ino && stat.ino !== ino) throw new HostError(ESTALE);
      const careful = pin < 0 ? CAREFUL : 0;
      if (directory) return fs.openSync(at, O_RDONLY | O_DIRECTORY | careful);
      if (!stat.isFile()) throw new HostError(stat.isDirectory() ? EISDIR : stat.isSymbolicLink() ? ELOOP : ENXIO);
      return openFile(at, writable, careful | O_NOCTTY);
    });
  }

  /** Makes what the mode says. Descriptor of a regular file, else undefined. */
  make(path: Uint8Array, { mode, owner }: Wanted, target: Buffer): number | undefined {
    this.#mayWrite();
    const at = this.#places.at(path);
    const permissions = mode & 0o7777;
    const chosen = this.#owners.created(...owner);
    switch (mode & S_IFMT) {
      case fs.constants.S_IFREG: {
        const fd = fs.openSync(at, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, permissions);
        if (chosen) fs.fchownSync(fd, ...chosen);
        if ((fs.fstatSync(fd).mode & 0o7777) !== permissions) fs.fchmodSync(fd, permissions);
        return fd;
      }
      case fs.constants.S_IFDIR:
        fs.mkdirSync(at, permissions);
        if (chosen) fs.lchownSync(at, ...chosen);
        // This process's umask is not the box's.
        if ((fs.lstatSync(at).mode & 0o7777) !== permissions) {
          this.#places.pinned(path, (pinned) => fs.chmodSync(pinned, permissions));
        }
        return undefined;
      case fs.constants.S_IFLNK:
        fs.symlinkSync(target, at);
        if (chosen) fs.lchownSync(at, ...chosen);
        return undefined;
      default:
        throw new HostError(EINVAL);
    }
  }

  remove(path: Uint8Array, directory: boolean): void {
    this.#mayWrite();
    const at = this.#places.at(path);
    if (!directory) return fs.unlinkSync(at);
    fs.rmdirSync(at);
    this.#places.forget();
  }

  /** Node has no renameat2: an exclusive rename checks first, and may lose to somebody outside of the box. */
  rename(from: Uint8Array, to: Uint8Array, exclusive: boolean): void {
    this.#mayWrite();
    const target = this.#places.at(to);
    if (exclusive && fs.lstatSync(target, { throwIfNoEntry: false })) throw new HostError(EEXIST);
    fs.renameSync(this.#places.at(from), target);
    this.#places.forget();
  }

  link(from: Uint8Array, to: Uint8Array): void {
    this.#mayWrite();
    fs.linkSync(this.#places.at(from), this.#places.at(to));
  }

  readlink(path: Uint8Array): Buffer {
    return fs.readlinkSync(this.#places.at(path), { encoding: 'buffer' });
  }

  setAttributes(path: Uint8Array, which: number, wanted: Wanted): void {
    this.#mayWrite();
    this.#places.pinned(path, (at, fd) => {
      const stat = fd < 0 ? fs.lstatSync(at) : fs.fstatSync(fd);
      const isLink = stat.isSymbolicLink();
      // A link's own attributes are reached by its name; everything else by what was pinned.
      const own = isLink ? this.#places.at(path) : at;
      if (which & F.SET_OWNER) {
        const owner = this.#owners.changed(wanted.owner, stat.uid, stat.gid);
        if (owner) (isLink ? fs.lchownSync : fs.chownSync)(own, ...owner);
      }
      if (which & F.SET_MODE) {
        if (isLink) throw new HostError(EOPNOTSUPP);
        fs.chmodSync(own, wanted.mode & 0o7777);
      }
      if (which & F.SET_SIZE) truncate(this.open(path, false, true, 0n), wanted.size);
      if (which & (F.SET_ATIME | F.SET_MTIME)) {
        (isLink ? fs.lutimesSync : fs.utimesSync)(own, ...timesOf(which, wanted, stat));
      }
    });
  }

  /** The same by the descriptor of an open file. */
  setOpenAttributes(fd: number, which: number, wanted: Wanted): void {
    this.#mayWrite();
    const stat = fs.fstatSync(fd);
    const owner = which & F.SET_OWNER ? this.#owners.changed(wanted.owner, stat.uid, stat.gid) : undefined;
    if (owner) fs.fchownSync(fd, ...owner);
    if (which & F.SET_MODE) fs.fchmodSync(fd, wanted.mode & 0o7777);
    if (which & F.SET_SIZE) fs.ftruncateSync(fd, wanted.size);
    if (which & (F.SET_ATIME | F.SET_MTIME)) fs.futimesSync(fd, ...timesOf(which, wanted, stat));
  }

  statfs(path: Uint8Array): fs.BigIntStatsFs {
    return this.#places.pinned(path, (at) => fs.statfsSync(at, { bigint: true }));
  }

  close(): void {
    this.#places.close();
  }

  #mayWrite(): void {
    if (this.#readOnly) throw new HostError(EROFS);
  }
}

/** For reading and writing where that is allowed: the box's page cache reads what a program only writes. */
function openFile(at: Buffer, writable: boolean, flags: number): number {
  if (!writable) return fs.openSync(at, O_RDONLY | flags);
  try {
    return fs.openSync(at, O_RDWR | flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    return fs.openSync(at, O_WRONLY | flags);
  }
}

function truncate(fd: number, size: number): void {
  try {
    fs.ftruncateSync(fd, size);
  } finally {
    fs.closeSync(fd);
  }
}

function timesOf(which: number, wanted: Wanted, stat: fs.Stats): [atime: number, mtime: number] {
  return [
    which & F.SET_ATIME ? wanted.atime : stat.atimeMs / 1000,
    which & F.SET_MTIME ? wanted.mtime : stat.mtimeMs / 1000,
  ];
}
