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
import { join } from 'node:path';
import { WbxError } from '../errors.ts';
import { type Content, type Inode, isDirectory, isFile, isSymlink, type Rootfs, walk } from './rootfs.ts';

const PIECE = 1 << 20;
const PERMISSIONS = 0o777;

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
    const place = join(directory, path);
    const same = first.get(inode);
    if (same !== undefined) later.push(() => linkSync(same, place));
    else if (isSymlink(inode)) later.push(() => symlinkSync(inode.target, place));
    else write(inode, place, modes);
    if (isFile(inode)) first.set(inode, place);
  }
  for (const finish of [...later, ...modes]) finish();
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

function writeContent(content: Content, place: string): void {
  const fd = openSync(place, 'wx', 0o600);
  try {
    for (let at = 0; at < content.size; at += PIECE) writeSync(fd, content.read(at, PIECE));
  } finally {
    closeSync(fd);
  }
}
