// A box's file, opened for openBox(): read at random, as much as is asked for.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { systemCode, WbxError } from '../errors.ts';
import type { ByteRange } from './source.ts';

/** Opens a file for openBox(). `close` releases it. */
export function openFile(path: string): ByteRange & { close(): void } {
  try {
    const fd = openSync(path, 'r');
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new WbxError('BAD_BOX', `${path}: not a file`);
    return { size: stat.size, read: (offset, length) => readFully(fd, offset, length), close: () => closeSync(fd) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new WbxError('NOT_FOUND', `${path}: no such file`, error);
    if (error instanceof WbxError) throw error;
    throw new WbxError('IO', `cannot open ${path}: ${(error as Error).message}`, error);
  }
}

function readFully(fd: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = readSync(fd, bytes, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}
