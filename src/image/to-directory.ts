// A tree written below a directory of this machine: `wbx build --output type=local`. Owners are those of the caller, as with
// Docker. Invariant: nothing is written outside, since the directory is new or empty and links are made after everything else.
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import { systemCode, WbxError } from '../errors.ts';
import { type Content, type Inode, isDirectory, isFile, isSymlink, type Rootfs, walk } from './rootfs.ts';

const PIECE = 1 << 20;
const PERMISSIONS = 0o777;
/** What Windows would take for a path, a stream or a device, or name otherwise. */
const NO_WINDOWS_NAME = /[\\/:*?"<>|\p{Cc}]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu;

export function writeToDirectory(tree: Rootfs, directory: string): void {
  mkdirSync(directory, { recursive: true });
  if (readdirSync(directory).length > 0) {
    throw new WbxError('BAD_ARGUMENT', `${directory} is not empty: name a directory that is, or one to be made`);
  }
  const first = new Map<Inode, string>();
  const later: (() => void)[] = [];
  /** Of directories, inner ones first: one may forbid to write into it. */
  const modes: (() => void)[] = [];
  for (const [path, inode] of walk(tree)) {
    if (path === '') continue;
    if (process.platform === 'win32' && !isWindowsName(posix.basename(path))) {
      throw new WbxError('UNSUPPORTED', `Windows has no files named ${path}: take type=tar instead of a directory`);
    }
    const place = join(directory, path);
    const same = first.get(inode);
    if (same !== undefined) later.push(() => linkSync(same, place));
    else if (isSymlink(inode)) later.push(() => link(inode.target, place));
    else write(inode, place, modes);
    if (isFile(inode)) first.set(inode, place);
  }
  for (const finish of [...later, ...modes]) finish();
}

export function isWindowsName(name: string): boolean {
  return !NO_WINDOWS_NAME.test(name);
}

/** Devices, pipes and sockets are left out: they mean nothing elsewhere. */
function write(inode: Inode, place: string, modes: (() => void)[]): void {
  if (isDirectory(inode)) {
    mkdirSync(place);
    modes.unshift(() => chmodSync(place, inode.mode & PERMISSIONS));
  } else if (isFile(inode)) {
    writeContent(inode.content, place);
    chmodSync(place, inode.mode & PERMISSIONS);
    utimesSync(place, inode.mtimeSec, inode.mtimeSec);
  }
}

/** Windows lets ordinary users make links only in its developer mode. */
function link(target: string, place: string): void {
  try {
    symlinkSync(target, place);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') throw error;
    throw new WbxError('IO', `${place}: this user may make no symbolic links: take type=tar instead`, error);
  }
}

function writeContent(content: Content, place: string): void {
  const fd = openSync(place, 'wx', 0o600);
  try {
    for (let at = 0; at < content.size; at += PIECE) writeSync(fd, content.read(at, PIECE));
  } finally {
    closeSync(fd);
  }
}
