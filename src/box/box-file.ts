// Links a box into a file. Invariant: a file is never seen half-written; it is renamed into place when complete.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { systemCode, WbxError } from '../errors.ts';
import { type LinkInput, linkBox } from './link.ts';

/** Bytes gathered before they go to the file. */
const BUFFER_SIZE = 1 << 20;

/** Links a box into the file `path`. Nothing is left behind when it fails. */
export function writeBox(path: string, input: LinkInput): void {
  const temporary = `${path}.${process.pid}.tmp`;
  let fd: number | undefined;
  try {
    fd = openSync(temporary, 'w+', 0o644);
    const file = new BufferedFile(fd);
    linkBox(input, file);
    file.flush();
    fsyncSync(fd);
    closeSync(fd);
    fd = undefined;
    renameSync(temporary, path);
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    rmSync(temporary, { force: true });
    if (systemCode(error)) throw new WbxError('IO', `cannot write ${path}: ${(error as Error).message}`, error);
    throw error;
  }
}

class BufferedFile {
  readonly #fd: number;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  #filled = 0;
  #flushed = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > BUFFER_SIZE - this.#filled) this.flush();
    if (bytes.length > BUFFER_SIZE) {
      writeFully(this.#fd, bytes, this.#flushed);
      this.#flushed += bytes.length;
      return;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  patch(position: number, bytes: Uint8Array): void {
    if (position < this.#flushed) this.flush();
    if (position >= this.#flushed) this.#buffer.set(bytes, position - this.#flushed);
    else writeFully(this.#fd, bytes, position);
  }

  flush(): void {
    writeFully(this.#fd, this.#buffer.subarray(0, this.#filled), this.#flushed);
    this.#flushed += this.#filled;
    this.#filled = 0;
  }
}

function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}
