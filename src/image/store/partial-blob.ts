// A download that can be taken up again: tmp/HEX.part grows from the front, whoever writes it and however often it is cut off.
// Invariant: one process at a time has it (HEX.lock); it becomes a blob only with the digest that names it.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Digest, digestFrom } from '../digest.ts';
import { replaceFile } from '../files.ts';
import type { Lock } from './lock.ts';

const PIECE = 1 << 20;

export class PartialBlob {
  /** Bytes that are there. */
  size = 0;
  readonly digest: Digest;
  readonly #path: string;
  readonly #place: string;
  readonly #lock: Lock;
  readonly #fd: number;
  #hash: Hash = createHash('sha256');

  /** Opens what an earlier process left at `path`, which its digest is computed over again. */
  constructor(digest: Digest, path: string, place: string, lock: Lock) {
    this.digest = digest;
    this.#path = path;
    this.#place = place;
    this.#lock = lock;
    mkdirSync(dirname(path), { recursive: true });
    this.#fd = openSync(path, 'a+', 0o600);
    const piece = Buffer.allocUnsafe(PIECE);
    for (let got = 1; got > 0; this.size += got) {
      got = readSync(this.#fd, piece, 0, PIECE, this.size);
      this.#hash.update(piece.subarray(0, got));
    }
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    this.size += bytes.length;
  }

  /** Begins anew. */
  restart(): void {
    ftruncateSync(this.#fd);
    this.#hash = createHash('sha256');
    this.size = 0;
  }

  /** Makes it a blob; false, and everything thrown away, when it has another digest. */
  commit(): boolean {
    const right = digestFrom(this.#hash.copy()) === this.digest;
    if (right) {
      fsyncSync(this.#fd);
      mkdirSync(dirname(this.#place), { recursive: true });
      replaceFile(this.#path, this.#place);
    } else this.restart();
    return right;
  }

  /** Lets go of the file, which stays for the next one who wants the blob; an empty one is not worth keeping. */
  close(): void {
    closeSync(this.#fd);
    if (this.size === 0) rmSync(this.#path, { force: true });
    this.#lock.release();
  }
}
