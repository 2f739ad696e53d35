// A Rootfs as the image address space of abi/image.ts: metadata built at once, file contents by reference.
// Invariant: the same tree gives the same bytes; inodes are numbered in the order of a walk with names sorted as bytes.
// A file of a page or more starts at a page, a smaller one lies within a page: a page of a file needs one chunk.
import { PAGE_SIZE } from '../../abi/box.ts';
import * as F from '../../abi/image.ts';
import { type Content, type Inode, S_IFMT, sortedEntries } from '../image/rootfs.ts';
import { ByteWriter } from './byte-writer.ts';

/** Random access to an image; bytes that no inode owns are zero. */
export interface ImageBytes {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

interface Extent {
  offset: number;
  content: Content;
}

interface Numbered {
  inode: Inode;
  number: number;
  parent: number;
  nlink: number;
  names: { name: Uint8Array; child: Numbered }[];
}

const utf8 = new TextEncoder();

/** Lays out the tree below `root`. Contents are read when the image is. */
export function imageOf(root: Inode): ImageBytes {
  const inodes = numberInodes(root);
  const out = new ByteWriter();
  out.skip(F.SUPER_SIZE + inodes.length * F.IMAGE_INODE_SIZE);
  for (const entry of inodes) {
    writeAttributes(out, entry);
    if (entry.inode.entries) writeDirectory(out, entry);
    if (entry.inode.target !== undefined) writeTarget(out, entry);
    if (entry.inode.xattrs?.size) writeXattrs(out, entry);
  }
  const extents: Extent[] = [];
  let end = out.length;
  for (const { inode, number } of inodes) {
    if (!inode.content?.size) continue;
    const offset = place(end, inode.content.size);
    end = offset + inode.content.size;
    extents.push({ offset, content: inode.content });
    out.setU64(record(number) + F.IMAGE_INODE_DATA, offset);
    out.setU64(record(number) + F.IMAGE_INODE_SIZE_BYTES, inode.content.size);
  }
  writeSuperblock(out, inodes.length, end);
  return new Image(out.bytes(), extents, end);
}

/** Every inode once, in the order of a depth-first walk. */
function numberInodes(root: Inode): Numbered[] {
  const list: Numbered[] = [];
  const known = new Map<Inode, Numbered>();
  const visit = (inode: Inode, parent: number): Numbered => {
    const entry: Numbered = { inode, number: list.length + 1, parent, nlink: inode.entries ? 2 : 0, names: [] };
    list.push(entry);
    known.set(inode, entry);
    for (const [name, child] of sortedEntries(inode)) {
      const numbered = known.get(child) ?? visit(child, entry.number);
      if (child.entries) entry.nlink++;
      else numbered.nlink++;
      entry.names.push({ name: utf8.encode(name), child: numbered });
    }
    return entry;
  };
  visit(root, 1);
  return list;
}

function record(number: number): number {
  return F.SUPER_SIZE + (number - 1) * F.IMAGE_INODE_SIZE;
}

function place(end: number, size: number): number {
  const aligned = Math.ceil(end / 16) * 16;
  const left = PAGE_SIZE - (aligned % PAGE_SIZE);
  return size <= left && size < PAGE_SIZE ? aligned : Math.ceil(aligned / PAGE_SIZE) * PAGE_SIZE;
}

function writeAttributes(out: ByteWriter, { inode, number, parent, nlink }: Numbered): void {
  const at = record(number);
  out.setU32(at + F.IMAGE_INODE_MODE, inode.mode);
  out.setU32(at + F.IMAGE_INODE_UID, inode.uid);
  out.setU32(at + F.IMAGE_INODE_GID, inode.gid);
  out.setU32(at + F.IMAGE_INODE_NLINK, nlink);
  out.setU64(at + F.IMAGE_INODE_MTIME, inode.mtimeSec);
  out.setU32(at + F.IMAGE_INODE_MTIME_NSEC, inode.mtimeNsec);
  out.setU32(at + F.IMAGE_INODE_RDEV, inode.rdev);
  out.setU32(at + F.IMAGE_INODE_PARENT, inode.entries ? parent : 0);
}

function setData(out: ByteWriter, number: number, offset: number): void {
  out.setU64(record(number) + F.IMAGE_INODE_DATA, offset);
  out.setU64(record(number) + F.IMAGE_INODE_SIZE_BYTES, out.length - offset);
}

function writeDirectory(out: ByteWriter, { number, names }: Numbered): void {
  out.align(4);
  const data = out.skip(F.IMAGE_DIR_HEADER + names.length * F.IMAGE_DIRENT_SIZE);
  out.setU32(data, names.length);
  names.forEach(({ name, child }, i) => {
    const at = data + F.IMAGE_DIR_HEADER + i * F.IMAGE_DIRENT_SIZE;
    out.setU32(at, child.number);
    out.setU32(at + F.IMAGE_DIRENT_NAME, out.put(name) - data);
    out.setU16(at + F.IMAGE_DIRENT_NAME_LEN, name.length);
    out.setU8(at + F.IMAGE_DIRENT_TYPE, (child.inode.mode & S_IFMT) >>> 12); // DT_* are the bits of S_IFMT
  });
  setData(out, number, data);
}

function writeTarget(out: ByteWriter, { inode, number }: Numbered): void {
  setData(out, number, out.put(utf8.encode(inode.target)));
}

function writeXattrs(out: ByteWriter, { inode, number }: Numbered): void {
  const data = encodeXattrs(inode.xattrs!);
  out.setU64(record(number) + F.IMAGE_INODE_XATTR, out.put(data));
  out.setU32(record(number) + F.IMAGE_INODE_XATTR_LEN, data.length);
}

/** Extended attributes as abi/image.ts lays them out. */
export function encodeXattrs(xattrs: Map<string, Uint8Array>): Uint8Array {
  const out = new ByteWriter();
  out.putU16(xattrs.size);
  for (const [name, value] of [...xattrs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const bytes = utf8.encode(name);
    out.putU16(bytes.length);
    out.putU32(value.length);
    out.put(bytes);
    out.put(value);
  }
  return out.bytes();
}

function writeSuperblock(out: ByteWriter, inodeCount: number, size: number): void {
  out.setU32(0, F.IMAGE_MAGIC);
  out.setU32(4, F.IMAGE_VERSION);
  out.setU32(F.SUPER_INODE_COUNT, inodeCount);
  out.setU32(F.SUPER_ROOT, 1);
  out.setU64(F.SUPER_INODE_TABLE, F.SUPER_SIZE);
  out.setU64(F.SUPER_TOTAL_SIZE, size);
}

class Image implements ImageBytes {
  readonly size: number;
  #metadata: Uint8Array;
  #extents: Extent[];

  constructor(metadata: Uint8Array, extents: Extent[], size: number) {
    this.#metadata = metadata;
    this.#extents = extents;
    this.size = size;
  }

  read(offset: number, length: number): Uint8Array {
    const end = Math.min(this.size, offset + length);
    const bytes = new Uint8Array(Math.max(0, end - offset));
    if (offset < this.#metadata.length) bytes.set(this.#metadata.subarray(offset, end));
    for (let i = this.#firstEndingAfter(offset); i < this.#extents.length; i++) {
      const { offset: start, content } = this.#extents[i];
      if (start >= end) break;
      const from = Math.max(offset, start);
      const part = content.read(from - start, Math.min(end, start + content.size) - from);
      bytes.set(part, from - offset);
    }
    return bytes;
  }

  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#extents.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { offset: start, content } = this.#extents[middle];
      if (start + content.size <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
