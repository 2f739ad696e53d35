// stdin as a file: archives are read at random, and a pipe cannot be.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { WbxError } from '../errors.ts';

/** Runs `use` with a temporary file of all that comes; `command` is for the error at a terminal. */
export async function withStdinFile<T>(command: string, use: (path: string) => Promise<T>): Promise<T> {
  if (process.stdin.isTTY)
    throw new WbxError('BAD_ARGUMENT', `wbx ${command} reads an archive from stdin; redirect it or name a file`);
  const directory = mkdtempSync(join(tmpdir(), `wbx-${command}-`));
  try {
    const path = join(directory, 'stdin');
    await pipeline(process.stdin, createWriteStream(path));
    return await use(path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
