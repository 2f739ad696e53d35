// Writes a snapshot of a running box to a file. Invariant: the box stands still only while its memory is copied; a file is
// never seen half-written.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { BoxFile } from '../../box/inspect.ts';
import { systemCode, WbxError } from '../../errors.ts';
import { deltaOf } from '../../snapshot/delta.ts';
import type { Moment } from '../../snapshot/moment.ts';
import { snapshotBox } from '../../snapshot/snapshot-box.ts';

export interface SnapshotTarget {
  path: string;
  /** Only what differs from the box it runs from. */
  delta?: boolean;
}

/** Writes a memory that was saved of a box that runs from `base`. Answers the size of the file. */
export async function writeSnapshot(
  saved: Moment,
  base: () => Promise<BoxFile & { close(): void }>,
  { path, delta = false }: SnapshotTarget,
): Promise<number> {
  const opened = await base();
  try {
    return await writeParts(path, delta ? [await deltaOf(opened, saved)] : snapshotBox(opened, saved));
  } finally {
    opened.close();
  }
}

async function writeParts(path: string, parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<number> {
  const temporary = `${path}.${process.pid}.tmp`;
  let fd: number | undefined;
  let size = 0;
  try {
    fd = openSync(temporary, 'w', 0o600);
    for await (const part of parts) size += writeFully(fd, part);
    fsyncSync(fd);
    closeSync(fd);
    fd = undefined;
    renameSync(temporary, path);
    return size;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    rmSync(temporary, { force: true });
    if (systemCode(error)) throw new WbxError('IO', `cannot write ${path}: ${(error as Error).message}`, error);
    throw error;
  }
}

function writeFully(fd: number, bytes: Uint8Array): number {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  return bytes.length;
}
