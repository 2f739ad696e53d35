// Where running boxes listen: a Unix socket each, named after the box, in a directory that only its user can enter.
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { WbxError } from '../../../errors.ts';

/** As Docker's names of containers. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/** The socket of the box `name`; makes the directory. */
export function socketPath(name: string): string {
  if (!NAME.test(name)) {
    throw new WbxError('BAD_ARGUMENT', `"${name}" is no name for a box: letters, digits, ".", "_" and "-", up to 63`);
  }
  return join(controlDirectory(), `${name}.sock`);
}

/** Private to this user. */
export function controlDirectory(): string {
  const { uid } = userInfo();
  const runtime = process.env.XDG_RUNTIME_DIR;
  const directory = runtime ? join(runtime, 'wbx') : join(tmpdir(), `wbx-${uid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stat = lstatSync(directory);
  if (!stat.isDirectory() || (uid >= 0 && stat.uid !== uid)) {
    throw new WbxError('IO', `${directory} belongs to somebody else: set XDG_RUNTIME_DIR`);
  }
  chmodSync(directory, 0o700);
  return directory;
}
