// Decodes the layer stream of abi/layer.ts, what a box says it changed, into changes. The guest may have written anything
// into its own kernel's memory: every length is checked, and no path gets out of the root.
import {
  LAYER_END,
  LAYER_HARDLINK,
  LAYER_IN_PLACE,
  LAYER_INODE,
  LAYER_OPAQUE,
  LAYER_RECORD_SIZE,
  LAYER_WHITEOUT,
} from '../../../abi/layer.ts';
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
  S_IFSOCK,
} from '../rootfs.ts';
import type { Change } from './change.ts';

const MAX_PATH = 4096;
/** Linux keeps at most 64 KiB of extended attributes for an inode. */
const MAX_XATTRS = 1 << 17;
const FORMATS = new Set([S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR, S_IFBLK, S_IFIFO]);

/** One record of the stream before it becomes a change; contents stay in the stream. */
interface LayerRecord {
  kind: number;
  flags: number;
  mode: number;
  inode: Inode;
  path: string;
  target: string;
}

/** The changes of a layer stream. Sockets are left out: no layer can hold them. */
export function* decodeLayerStream(stream: Content): Generator<Change> {
  let at = 0;
  for (;;) {
    const head = take(stream, at, LAYER_RECORD_SIZE);
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (view.getUint32(0, true) === LAYER_END) return;
    const { record, end } = decodeRecord(stream, at + LAYER_RECORD_SIZE, view);
    at = end;
    if ((record.mode & S_IFMT) !== S_IFSOCK || record.kind !== LAYER_INODE) yield changeOf(record);
  }
}

function decodeRecord(stream: Content, start: number, view: DataView): { record: LayerRecord; end: number } {
  const size = view.getBigUint64(16, true);
  const lengths = [40, 44, 48].map((offset) => view.getUint32(offset, true));
  const [pathLength, targetLength, xattrLength] = lengths;
  if (pathLength > MAX_PATH || targetLength > MAX_PATH || xattrLength > MAX_XATTRS)
    throw broken('a length out of range');
  const mode = view.getUint32(4, true);
  const isFile = view.getUint32(0, true) === LAYER_INODE && (mode & S_IFMT) === S_IFREG;
  const contentStart = start + pathLength + targetLength + xattrLength;
  const end = contentStart + (isFile ? Number(size) : 0);
  if (!(end <= stream.size)) throw broken('a record longer than the stream');
  const names = Buffer.from(take(stream, start, contentStart - start));
  const inode = newInode(mode, {
    uid: view.getUint32(8, true),
    gid: view.getUint32(12, true),
    mtimeSec: Number(view.getBigInt64(24, true)),
    mtimeNsec: view.getUint32(32, true),
    rdev: view.getUint32(36, true),
  });
  if (isFile) inode.content = window(stream, contentStart, Number(size));
  if (xattrLength > 0) inode.xattrs = decodeXattrs(names.subarray(pathLength + targetLength));
  const path = names.toString('utf8', 0, pathLength);
  const target = names.toString('utf8', pathLength, pathLength + targetLength);
  const flags = view.getUint32(52, true);
  return { record: { kind: view.getUint32(0, true), flags, mode, inode, path, target }, end };
}

function changeOf({ kind, flags, mode, inode, path, target }: LayerRecord): Change {
  checkPath(path);
  if (kind === LAYER_WHITEOUT) return { kind: 'whiteout', path };
  if (kind === LAYER_OPAQUE) return { kind: 'opaque', path };
  if (kind === LAYER_HARDLINK) {
    checkPath(target);
    return { kind: 'hardlink', path, target };
  }
  if (kind !== LAYER_INODE) throw broken(`a record of unknown kind ${kind}`);
  if (!FORMATS.has(mode & S_IFMT)) throw broken(`a mode that Linux does not have, ${mode.toString(8)}`);
  if ((mode & S_IFMT) === S_IFDIR) inode.entries = new Map();
  if ((mode & S_IFMT) === S_IFLNK) inode.target = target;
  return flags & LAYER_IN_PLACE ? { kind: 'inode', path, inode, inPlace: true } : { kind: 'inode', path, inode };
}

/** abi/image.ts: count u16, then name length u16, value length u32, name, value. */
function decodeXattrs(bytes: Buffer): Map<string, Uint8Array> {
  const xattrs = new Map<string, Uint8Array>();
  let at = 2;
  for (let left = bytes.length < 2 ? 0 : bytes.readUInt16LE(0); left > 0; left--) {
    if (at + 6 > bytes.length) throw broken('broken extended attributes');
    const nameEnd = at + 6 + bytes.readUInt16LE(at);
    const end = nameEnd + bytes.readUInt32LE(at + 2);
    if (end > bytes.length) throw broken('broken extended attributes');
    xattrs.set(bytes.toString('utf8', at + 6, nameEnd), Buffer.from(bytes.subarray(nameEnd, end)));
    at = end;
  }
  return xattrs;
}

function checkPath(path: string): void {
  const bad = path !== '' && path.split('/').some((name) => name === '' || name === '.' || name === '..');
  if (bad || path.includes('\0')) throw broken(`a path that is not one, "${path}"`);
}

function take(stream: Content, at: number, length: number): Uint8Array {
  const bytes = stream.read(at, length);
  if (bytes.length !== length) throw broken('fewer bytes than it says');
  return bytes;
}

function window(stream: Content, start: number, size: number): Content {
  return {
    size,
    read: (offset, length) => stream.read(start + offset, Math.max(0, Math.min(length, size - offset))),
  };
}

function broken(what: string): WbxError {
  return new WbxError('BAD_IMAGE', `the box's layer stream holds ${what}`);
}
