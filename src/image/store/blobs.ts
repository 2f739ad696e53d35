// Content-addressed blobs: blobs/sha256/HEX below the store. A blob appears whole and checked, by rename, or not at all.
// Its bytes are on the disk before it has its name: a file system may well keep the rename and lose the bytes when the
// machine stops.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { WbxError } from '../../errors.ts';
import { type Digest, digestFrom, digestOf, hexOf } from '../digest.ts';
import { replaceFile } from '../files.ts';
import { acquire } from './lock.ts';
import { PartialBlob } from './partial-blob.ts';

export class Blobs {
  readonly #root: string;
  readonly #written: string[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  path(digest: Digest): string {
    return join(this.#root, 'blobs', 'sha256', hexOf(digest));
  }

  /** The blob's size, or undefined when the store does not have it. */
  size(digest: Digest): number | undefined {
    return statSync(this.path(digest), { throwIfNoEntry: false })?.size;
  }

  /** Reads a small blob (manifest, config) and checks it against its name. */
  read(digest: Digest): Buffer {
    if (this.size(digest) === undefined) throw new WbxError('BAD_IMAGE', `the image store lacks the blob ${digest}`);
    const bytes = readFileSync(this.path(digest));
    if (digestOf(bytes) !== digest) throw new WbxError('BAD_IMAGE', `the blob ${digest} in the image store is corrupt`);
    return bytes;
  }

  put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    if (this.size(digest) === bytes.length && readFileSync(this.path(digest)).equals(bytes)) return digest;
    const writer = this.writer();
    writer.write(bytes);
    return writer.commit();
  }

  /** A file to be written piece by piece, which the caller ends with commit() or abort(). */
  writer(place: (digest: Digest) => string = (digest) => this.path(digest)): BlobWriter {
    const temporary = join(this.#root, 'tmp', `${process.pid}-${process.hrtime.bigint()}`);
    mkdirSync(dirname(temporary), { recursive: true });
    return new BlobWriter(temporary, place, this.#written);
  }

  /**
   * A download of a blob to begin or to go on with; the caller closes it. Undefined when the blob is there: perhaps by now,
   * because another command was downloading it.
   */
  async partial(digest: Digest): Promise<PartialBlob | undefined> {
    const path = join(this.#root, 'tmp', hexOf(digest));
    const lock = await acquire(`${path}.lock`, () => this.size(digest) !== undefined);
    return lock && new PartialBlob(digest, `${path}.part`, this.path(digest), lock);
  }

  /**
   * Removes what this object wrote and had not been there, except what others rely on by now: an import that failed
   * leaves nothing behind.
   */
  rollback(leased: Set<string>): void {
    for (const path of this.#written.splice(0)) {
      if (!leased.has(basename(path, '.tar'))) rmSync(path, { force: true });
    }
  }
}

export class BlobWriter {
  size = 0;
  readonly path: string;
  readonly #fd: number;
  readonly #hash = createHash('sha256');
  readonly #place: (digest: Digest) => string;
  readonly #written: string[];

  constructor(path: string, place: (digest: Digest) => string, written: string[]) {
    this.path = path;
    this.#place = place;
    this.#written = written;
    this.#fd = openSync(path, 'wx', 0o600);
  }

  readonly write = (bytes: Uint8Array): void => {
    this.#hash.update(bytes);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    this.size += bytes.length;
  };

  /** Gives the file its name; when its digest is not the `expected` one, it is thrown away. */
  commit(expected?: Digest, name = 'a blob'): Digest {
    const digest = digestFrom(this.#hash);
    if (expected !== undefined && digest !== expected) {
      this.abort();
      throw new WbxError('BAD_IMAGE', `${name} is corrupt: its digest is ${digest}, not ${expected}`);
    }
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    const path = this.#place(digest);
    if (!existsSync(path)) this.#written.push(path);
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(this.path, path);
    return digest;
  }

  abort(): void {
    closeSync(this.#fd);
    rmSync(this.path, { force: true });
  }

  /** Runs `fill` and, when it throws, leaves no file behind. */
  async filled(fill: (write: (bytes: Uint8Array) => void) => unknown): Promise<this> {
    try {
      await fill(this.write);
      return this;
    } catch (error) {
      this.abort();
      throw error;
    }
  }
}
