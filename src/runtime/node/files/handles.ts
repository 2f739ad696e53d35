// What a box has open of the host's files. Invariant: at most MAX_HANDLES descriptors, each closed once.
import * as fs from 'node:fs';
import { EBADF, ENFILE } from '../../../../abi/linux/errno.ts';
import { HostError } from './host-error.ts';
import { fdPath } from './places.ts';
import type { Root } from './root.ts';

const MAX_HANDLES = 4096;

export interface Handle {
  fd: number;
  root: Root;
  /** Names of a directory as they were when its listing began. */
  names?: Buffer[];
  /** The same file opened with O_APPEND. */
  appender?: number;
}

export class Handles {
  readonly #open = new Map<number, Handle>();
  #last = 0;

  /** Its number, from 1 on; the descriptor is opened only when there is room. */
  add(root: Root, open: () => number): number {
    if (this.#open.size >= MAX_HANDLES) throw new HostError(ENFILE);
    const fd = open();
    do this.#last = (this.#last % 0x7fffffff) + 1;
    while (this.#open.has(this.#last));
    this.#open.set(this.#last, { fd, root });
    return this.#last;
  }

  get(number: number): Handle {
    const handle = this.#open.get(number);
    if (!handle) throw new HostError(EBADF);
    return handle;
  }

  close(number: number): void {
    const { fd, appender } = this.get(number);
    this.#open.delete(number);
    if (appender !== undefined) fs.closeSync(appender);
    fs.closeSync(fd);
  }

  closeAll(): void {
    for (const number of [...this.#open.keys()]) this.close(number);
  }
}

/** Writes all it can: bytes. Appends go where the end is at that moment, also when others append. */
export function writeTo(handle: Handle, bytes: Uint8Array, offset: number, append: boolean): number {
  if (!append) return fs.writeSync(handle.fd, bytes, 0, bytes.length, offset);
  if (process.platform !== 'linux')
    return fs.writeSync(handle.fd, bytes, 0, bytes.length, fs.fstatSync(handle.fd).size);
  handle.appender ??= fs.openSync(fdPath(handle.fd), fs.constants.O_WRONLY | fs.constants.O_APPEND);
  return fs.writeSync(handle.appender, bytes);
}
