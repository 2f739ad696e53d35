// Files of this machine as one side of `wbx cp`. Invariant: what a box sends is written below the directory that the user has named
// and nowhere else: no link that came along is followed, no name leads upwards.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { systemCode, WbxError } from '../../errors.ts';
import { contentOfFile } from '../../image/files.ts';
import type { TarEntry } from '../../image/tar/entry.ts';
import type { Kind, Place } from './place.ts';

const PIECE = 1 << 20;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = fs.constants;

export class HostPlace implements Place {
  async kind(path: string): Promise<Kind | undefined> {
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    return stat && (stat.isDirectory() ? 'directory' : stat.isFile() ? 'file' : 'other');
  }

  async isLink(path: string): Promise<boolean> {
    return fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  }

  async *walk(path: string, name: string, follow: boolean): AsyncIterable<TarEntry> {
    const stat = follow || name === '' ? fs.statSync(path) : fs.lstatSync(path);
    if (name !== '') {
      const entry = entryOf(path, name, stat);
      // A socket has nothing that could be copied.
      if (entry === undefined) return;
      yield entry;
    }
    if (!stat.isDirectory()) return;
    for (const child of fs.readdirSync(path).sort()) {
      yield* this.walk(join(path, child), name === '' ? child : `${name}/${child}`, false);
    }
  }

  async extract(
    directory: string,
    entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
    owners: boolean,
  ): Promise<void> {
    const made: { path: string; entry: TarEntry }[] = [];
    for await (const entry of entries) {
      const names = namesOf(entry.path);
      if (names.length === 0) continue;
      checkParents(directory, names);
      const path = join(directory, ...names);
      make(path, entry, (target) => join(directory, ...namesOf(target)));
      if (owners && entry.type !== 'hardlink') fs.lchownSync(path, entry.uid, entry.gid);
      if (entry.type === 'directory') made.push({ path, entry });
      else finish(path, entry);
    }
    // Times of directories change with what is put into them.
    for (const { path, entry } of made.reverse()) finish(path, entry);
  }

  async close(): Promise<void> {}
}

function entryOf(path: string, name: string, stat: fs.Stats): TarEntry | undefined {
  const type = stat.isDirectory()
    ? 'directory'
    : stat.isSymbolicLink()
      ? 'symlink'
      : stat.isFile()
        ? 'file'
        : undefined;
  if (type === undefined) return undefined;
  return {
    type,
    path: name,
    target: type === 'symlink' ? fs.readlinkSync(path) : '',
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    mtimeSec: Math.floor(stat.mtimeMs / 1000),
    mtimeNsec: Math.floor((stat.mtimeMs % 1000) * 1e6),
    devMajor: 0,
    devMinor: 0,
    content: type === 'file' ? contentOfFile(path, stat.size) : undefined,
  };
}

/** The names of a path of a member; one that leads upwards is refused. */
export function namesOf(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..') || path.includes('\0'))
    throw new WbxError('BAD_IMAGE', `the copy holds the path "${path}", which leads out of it`);
  return names;
}

/** Every directory above is one itself, not a link to one. */
function checkParents(directory: string, names: string[]): void {
  let path = directory;
  for (const name of names.slice(0, -1)) {
    path = join(path, name);
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    if (!stat) fs.mkdirSync(path);
    else if (!stat.isDirectory()) throw new WbxError('BAD_IMAGE', `${path} is in the way: it is not a directory`);
  }
}

function make(path: string, entry: TarEntry, placeOf: (target: string) => string): void {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  const isDirectory = stat?.isDirectory() ?? false;
  if (entry.type === 'directory') {
    if (stat && !isDirectory) throw new WbxError('BAD_IMAGE', `${path} is in the way: it is not a directory`);
    if (!stat) fs.mkdirSync(path);
    return;
  }
  if (isDirectory) throw new WbxError('BAD_ARGUMENT', `${path} is a directory: a file cannot take its place`);
  if (stat) fs.unlinkSync(path);
  if (entry.type === 'file') return writeFile(path, entry);
  if (entry.type === 'symlink') return fs.symlinkSync(entry.target, path);
  if (entry.type === 'hardlink') return fs.linkSync(placeOf(entry.target), path);
  throw new WbxError('UNSUPPORTED', `${entry.path} is a device or a FIFO: it is not made on this machine`);
}

function writeFile(path: string, { content }: TarEntry): void {
  const fd = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    const size = content?.size ?? 0;
    for (let at = 0; at < size; at += PIECE) fs.writeSync(fd, content!.read(at, Math.min(PIECE, size - at)));
  } finally {
    fs.closeSync(fd);
  }
}

function finish(path: string, { type, mode, mtimeSec, mtimeNsec }: TarEntry): void {
  if (type === 'hardlink') return;
  const time = mtimeSec + mtimeNsec / 1e9;
  if (type === 'symlink') return fs.lutimesSync(path, time, time);
  try {
    fs.chmodSync(path, mode);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') throw error;
  }
  fs.utimesSync(path, time, time);
}
