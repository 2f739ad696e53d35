// Locks between the processes that share a store: a file that names its holder, made by O_EXCL. Invariant: the lock of a
// process that was killed does not last, because others see that its holder is gone.
import { randomUUID } from 'node:crypto';
import { mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync, closeSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../../errors.ts';

/** A file without a living holder is young while its holder may still be writing its name into it. */
const WRITTEN_WITHIN_MS = 10_000;
/** Processes of other machines (a shared directory) cannot be asked; after a day nobody believes in them. */
const FOREIGN_AGE_MS = 24 * 3600 * 1000;
const POLL_MS = 25;

export interface Lock {
  release(): void;
}

/** This process, as lock and lease files name it. */
export function ownName(): string {
  return `${process.pid} ${hostname()} ${randomUUID()}`;
}

/** Whether the process that wrote `name` into the file `path` may still be at work. */
export function isAlive(name: string, path: string): boolean {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const [pid, host] = name.split(' ');
  if (host === undefined) return age < WRITTEN_WITHIN_MS;
  if (host !== hostname()) return age < FOREIGN_AGE_MS;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** Waits for the lock; gives up, with undefined, as soon as `unneeded` answers true. */
export async function acquire(path: string, unneeded: () => boolean = () => false): Promise<Lock | undefined> {
  mkdirSync(dirname(path), { recursive: true });
  while (!unneeded()) {
    const lock = take(path);
    if (lock) return lock;
    if (!removeStale(path)) await sleep(POLL_MS);
  }
  return undefined;
}

function take(path: string): Lock | undefined {
  const name = ownName();
  try {
    const fd = openSync(path, 'wx');
    writeSync(fd, name);
    closeSync(fd);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined;
    throw error;
  }
  return { release: () => holderOf(path) === name && rmSync(path, { force: true }) };
}

function holderOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Only one process at a time takes a dead one's lock away: otherwise the second would take the first one's new lock. */
function removeStale(path: string): boolean {
  const holder = holderOf(path);
  if (holder === undefined) return true;
  if (isAlive(holder, path)) return false;
  const guard = `${path}.stale`;
  const lock = take(guard);
  if (!lock) {
    const name = holderOf(guard);
    if (name !== undefined && !isAlive(name, guard)) rmSync(guard, { force: true });
    return false;
  }
  if (holderOf(path) === holder) rmSync(path, { force: true });
  lock.release();
  return true;
}
