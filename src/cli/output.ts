// Where commands write archives: a file, which appears when it is complete, or stdout, which must not be a terminal.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { systemCode, WbxError } from '../errors.ts';
import { replaceFile } from '../image/files.ts';

const STDOUT = 1;

/** Bytes to stdout, unless that is a terminal; `other` is what to use then. */
export function archiveSink(other: string): (bytes: Uint8Array) => void {
  if (process.stdout.isTTY) {
    throw new WbxError('BAD_ARGUMENT', `an archive is nothing for a terminal; use ${other} or redirect stdout`);
  }
  return (bytes) => writeFully(STDOUT, bytes);
}

/** Runs `write` with a sink of bytes. `path` undefined: stdout; `option` names the one that would give a file. */
export function writeOutput(
  path: string | undefined,
  option: string,
  write: (sink: (bytes: Uint8Array) => void) => void,
): void {
  if (path === undefined) {
    return write(archiveSink(option));
  }
  const temporary = `${path}.${process.pid}.tmp`;
  const fd = openSync(temporary, 'w', 0o644);
  try {
    write((bytes) => writeFully(fd, bytes));
    closeSync(fd);
    replaceFile(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A pipe that another process has made non-blocking may be full: then it is tried again. */
function writeFully(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if (systemCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
