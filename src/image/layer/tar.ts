// Layer tar <-> changes. A whiteout is an empty file `.wh.NAME`, an opaque directory holds `.wh..wh..opq`.
// OCI image spec, layer.md. Invariant: what was read has no path that leaves the root.
import { WbxError } from '../../errors.ts';
import {
  type Content,
  type Inode,
  newInode,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from '../rootfs.ts';
import type { TarEntry, TarType } from '../tar/entry.ts';
import { readTar } from '../tar/read.ts';
import { type Sink, TarWriter } from '../tar/write.ts';
import type { Change } from './change.ts';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Bookkeeping of the aufs driver that old archives hold, for example `.wh..wh.plnk`. */
const AUFS = '.wh..wh.';

/** PATH_MAX: no Linux could have made a longer path, and no recursion here goes deeper. */
const MAX_PATH = 4096;

const FORMATS: Record<Exclude<TarType, 'hardlink'>, number> = {
  file: S_IFREG,
  symlink: S_IFLNK,
  char: S_IFCHR,
  block: S_IFBLK,
  directory: S_IFDIR,
  fifo: S_IFIFO,
};
const TYPES = new Map(Object.entries(FORMATS).map(([type, format]) => [format, type as TarType]));

/** The changes of a layer tar; `name` is what errors call it. */
export function* readLayer(archive: Content, name: string): Generator<Change> {
  for (const change of readArchive(archive, name)) {
    const { path } = change;
    const base = path.slice(path.lastIndexOf('/') + 1);
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (base === OPAQUE) yield { kind: 'opaque', path: parent };
    else if (base.startsWith(AUFS)) continue;
    else if (base.startsWith(WHITEOUT)) yield { kind: 'whiteout', path: join(parent, base.slice(WHITEOUT.length)) };
    else yield change;
  }
}

/** The members of any tar as changes: no name has a meaning of its own. */
export function* readArchive(archive: Content, name: string): Generator<Change> {
  for (const entry of readTar(archive, name)) {
    const path = safePath(entry.path, name);
    if (entry.type === 'hardlink') yield { kind: 'hardlink', path, target: safePath(entry.target, name) };
    else yield { kind: 'inode', path, inode: inodeOf(entry, entry.type) };
  }
}

/**
 * Writes changes as a layer tar. A hard link carries the attributes of its inode, because some tools set them through
 * every name: so its target stands earlier in the same changes.
 */
export function writeLayer(changes: Iterable<Change>, sink: Sink): void {
  const tar = new TarWriter(sink);
  const written = new Map<string, Inode>();
  for (const change of changes) {
    if (change.path === '' && change.kind !== 'opaque') continue;
    if (change.kind === 'inode' && !change.inode.entries) written.set(change.path, change.inode);
    tar.add(change.kind === 'hardlink' ? linkEntry(change, written.get(change.target)) : entryOf(change));
  }
  tar.end();
}

/** A member's path made relative to the root; one that climbs above it is refused. */
function safePath(path: string, name: string): string {
  const names: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') names.push(part);
    else if (names.pop() === undefined)
      throw new WbxError('BAD_IMAGE', `${name} has a path that leaves the root: "${path}"`);
  }
  const safe = names.join('/');
  if (safe.length > MAX_PATH) throw new WbxError('BAD_IMAGE', `${name} has a path of ${safe.length} bytes`);
  if (safe.includes('\0')) throw new WbxError('BAD_IMAGE', `${name} has a path with a NUL byte`);
  return safe;
}

function inodeOf(entry: TarEntry, type: Exclude<TarType, 'hardlink'>): Inode {
  const { uid, gid, mtimeSec, mtimeNsec, xattrs, content } = entry;
  const inode = newInode(FORMATS[type] | entry.mode, { uid, gid, mtimeSec, mtimeNsec });
  if (xattrs) inode.xattrs = xattrs;
  if (type === 'file') inode.content = content;
  if (type === 'symlink') inode.target = entry.target;
  if (type === 'directory') inode.entries = new Map();
  if (type === 'char' || type === 'block') inode.rdev = makeDevice(entry.devMajor, entry.devMinor);
  return inode;
}

function linkEntry({ path, target }: { path: string; target: string }, inode = newInode(S_IFREG | 0o644)): TarEntry {
  return { ...entryOfInode(path, inode), type: 'hardlink', target, content: undefined, xattrs: undefined };
}

function entryOf(change: Exclude<Change, { kind: 'hardlink' }>): TarEntry {
  if (change.kind === 'inode') return entryOfInode(change.path, change.inode);
  const { kind, path } = change;
  const slash = path.lastIndexOf('/') + 1;
  if (kind === 'whiteout') return marker(`${path.slice(0, slash)}${WHITEOUT}${path.slice(slash)}`);
  return marker(join(path, OPAQUE));
}

function entryOfInode(path: string, inode: Inode): TarEntry {
  const type = TYPES.get(inode.mode & S_IFMT);
  if (type === undefined) throw new RangeError(`${path}: a layer cannot hold mode ${inode.mode.toString(8)}`);
  return {
    ...marker(path),
    type,
    target: inode.target ?? '',
    mode: inode.mode & 0o7777,
    uid: inode.uid,
    gid: inode.gid,
    mtimeSec: inode.mtimeSec,
    devMajor: (inode.rdev >>> 8) & 0xfff,
    devMinor: (inode.rdev & 0xff) | ((inode.rdev >>> 12) & 0xfff00),
    xattrs: inode.xattrs,
    content: inode.content,
  };
}

/** An empty file owned by root: what whiteouts are. */
function marker(path: string): TarEntry {
  const zero = { uid: 0, gid: 0, mtimeSec: 0, mtimeNsec: 0, devMajor: 0, devMinor: 0 };
  return { type: 'file', path, target: '', mode: 0, ...zero };
}

/** Linux's new_encode_dev. */
function makeDevice(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}

function join(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`;
}
