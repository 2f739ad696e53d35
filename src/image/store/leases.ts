// Leases: which blobs a running command relies on before a name holds them. A pull leases what its manifest lists before it
// looks what is there; a sweep reads the leases before it reads the names. Between the two nothing needed is ever unnamed.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, hexOf } from '../digest.ts';
import { acquire, isAlive, type Lock, ownName } from './lock.ts';

interface LeaseFile {
  holder: string;
  /** Hex digits of digests. */
  digests: string[];
}

/** What leases of other commands forbid to remove. */
export interface Leased {
  digests: Set<string>;
  /** Files that changed since then may belong to a command at work, which cannot say yet what it will need. */
  since: number;
}

export class Leases {
  readonly #directory: string;
  readonly #lock: string;

  constructor(root: string) {
    this.#directory = join(root, 'leases');
    this.#lock = join(root, 'sweep.lock');
  }

  /** Nothing is swept while this is held, and no lease is taken. */
  async exclusive(): Promise<Lock> {
    return (await acquire(this.#lock)) as Lock;
  }

  /** Holds on to these digests, and to whatever is written from now on, until release(). */
  async take(digests: Iterable<Digest> = []): Promise<Lock> {
    const lock = await this.exclusive();
    try {
      mkdirSync(this.#directory, { recursive: true });
      const holder = ownName();
      const path = join(this.#directory, holder.slice(holder.lastIndexOf(' ') + 1));
      writeFileSync(path, JSON.stringify({ holder, digests: [...digests].map(hexOf) } satisfies LeaseFile));
      return { release: () => rmSync(path, { force: true }) };
    } finally {
      lock.release();
    }
  }

  /** Runs what writes blobs that have no name before it ends. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const lease = await this.take();
    try {
      return await work();
    } finally {
      lease.release();
    }
  }

  /** What living commands hold; the leases of dead ones go away. Call it under exclusive(). */
  held(): Leased {
    const held: Leased = { digests: new Set(), since: Number.POSITIVE_INFINITY };
    mkdirSync(this.#directory, { recursive: true });
    for (const name of readdirSync(this.#directory)) this.#add(held, join(this.#directory, name));
    return held;
  }

  #add(held: Leased, path: string): void {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    const lease = readLease(path);
    if (!isAlive(lease.holder, path)) return rmSync(path, { force: true });
    for (const digest of lease.digests) held.digests.add(digest);
    held.since = Math.min(held.since, stat.mtimeMs);
  }
}

/** A file cut off by a kill names nobody, and so is dead. */
function readLease(path: string): LeaseFile {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LeaseFile;
  } catch {
    return { holder: '0', digests: [] };
  }
}
