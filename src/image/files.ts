// Files of the host: contents read at random, files written once, and how one takes another's place.
import { closeSync, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { systemCode } from '../errors.ts';
import type { Content } from './rootfs.ts';

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

/** A file that is made and written from its beginning to its end. */
export class FileSink {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'wx', 0o600);
  }

  write(bytes: Uint8Array): number {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    return bytes.length;
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

/** How often, and after how many milliseconds, Windows is asked again. */
const TRIES = 40;
const PAUSE_MS = 25;

/** Renames over what is there. Windows refuses while somebody has that open, which is not for long. */
export function replaceFile(from: string, to: string): void {
  for (let tries = 1; ; tries++) {
    try {
      return renameSync(from, to);
    } catch (error) {
      const inUse = process.platform === 'win32' && /^(EACCES|EBUSY|EPERM)$/.test(systemCode(error) ?? '');
      if (!inUse || tries === TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
