// Paths of the box's mounts on this host. Invariant: nothing outside of the root is ever reached, whoever swaps directories
// and links meanwhile. Linux: every directory on the way is opened relative to its parent without following links, and calls
// go through /proc/self/fd/N, which names that very directory; what is opened is pinned with O_PATH first, so that a FIFO or
// a device is never opened. A hostile kernel in the box may send any bytes: names are checked here.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { EINVAL, ENOTDIR } from '../../../../abi/linux/errno.ts';
import { HostError } from './host-error.ts';

/** open(2) on Linux; Node has no name for it. */
const O_PATH = 0o10000000;
const PIN = O_PATH | constants.O_NOFOLLOW;
/** Directories kept open: bounds descriptors; as old as names may be in the box (kernel/fs/hostfs/node.ts). */
const KEPT = 64;
const KEPT_MS = 50;

export interface Places {
  /** Is the root a single file? */
  readonly isFile: boolean;
  /** A path for calls that do not follow a link in the last place. */
  at(path: Uint8Array): Buffer;
  /** Runs `use` with a path that leads to the object itself, and its descriptor (-1: there is none, `use` must check). */
  pinned<T>(path: Uint8Array, use: (path: Buffer, fd: number) => T): T;
  /** Directories were moved or removed. */
  forget(): void;
  close(): void;
}

interface Kept {
  fd: number;
  until: number;
}

export class AnchoredPlaces implements Places {
  readonly isFile: boolean;
  readonly #root: number;
  /** By path in latin1; in the order of opening. */
  readonly #kept = new Map<string, Kept>();

  constructor(root: string) {
    this.#root = openSync(root, O_PATH);
    this.isFile = fstatSync(this.#root).isFile();
  }

  at(path: Uint8Array): Buffer {
    const { parent, name } = this.#split(path);
    return Buffer.concat([fdPath(this.#directory(parent)), SLASH, name]);
  }

  pinned<T>(path: Uint8Array, use: (path: Buffer, fd: number) => T): T {
    if (path.length === 0) return use(fdPath(this.#root), this.#root);
    const fd = openSync(this.at(path), PIN);
    try {
      return use(fdPath(fd), fd);
    } finally {
      closeSync(fd);
    }
  }

  forget(): void {
    for (const { fd } of this.#kept.values()) closeSync(fd);
    this.#kept.clear();
  }

  close(): void {
    this.forget();
    closeSync(this.#root);
  }

  #split(path: Uint8Array): { parent: string; name: Buffer } {
    checkNames(path);
    if (this.isFile) throw new HostError(ENOTDIR);
    const slash = path.lastIndexOf(0x2f);
    const bytes = Buffer.from(path.buffer, path.byteOffset, path.byteLength);
    return { parent: bytes.toString('latin1', 0, Math.max(slash, 0)), name: bytes.subarray(slash + 1) };
  }

  /** Descriptor of a directory below the root. */
  #directory(path: string): number {
    if (path === '') return this.#root;
    const known = this.#kept.get(path);
    if (known && known.until > performance.now()) return known.fd;
    const slash = path.lastIndexOf('/');
    const parent = this.#directory(path.slice(0, Math.max(slash, 0)));
    const name = Buffer.from(path.slice(slash + 1), 'latin1');
    const fd = openSync(Buffer.concat([fdPath(parent), SLASH, name]), PIN | constants.O_DIRECTORY);
    this.#keep(path, fd);
    return fd;
  }

  #keep(path: string, fd: number): void {
    const old = this.#kept.get(path);
    this.#kept.delete(path);
    if (old) closeSync(old.fd);
    this.#kept.set(path, { fd, until: performance.now() + KEPT_MS });
    if (this.#kept.size <= KEPT) return;
    const [first, kept] = this.#kept.entries().next().value!;
    this.#kept.delete(first);
    closeSync(kept.fd);
  }
}

const SLASH = Buffer.from('/');

export function fdPath(fd: number): Buffer {
  return Buffer.from(`/proc/self/fd/${fd}`);
}

/** Plain names only, separated by single slashes. */
export function checkNames(path: Uint8Array): void {
  const text = Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString('latin1');
  for (const name of text.split('/')) {
    if (name === '' || name === '.' || name === '..' || name.includes('\0')) throw new HostError(EINVAL);
  }
}
