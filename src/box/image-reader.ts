// Reads an image back (abi/image.ts): the whole tree as a Rootfs whose contents are read on demand.
// Invariant: every offset comes from the image and is checked by the reader of its bytes; a damaged image gives a RangeError.
import * as F from '../../abi/image.ts';
import {
  type Content,
  type Inode,
  isDirectory,
  newInode,
  type Rootfs,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from '../image/rootfs.ts';
import type { ImageLayout } from './boot-block.ts';
import { CHUNK_SIZE } from './chunk-places.ts';
import type { ImageBytes } from './image-writer.ts';
import { decodeLz4 } from './lz4.ts';
import { isPromise, type ImageSource } from './source.ts';

/** Decoded chunks that are kept: metadata lies together, so few do. */
const CACHED_CHUNKS = 16;

/** The image address space from stored chunks. The source must answer at once. */
export function imageFromChunks(layout: ImageLayout, source: ImageSource): ImageBytes {
  const cache = new Map<number, Uint8Array>();
  const chunk = (index: number): Uint8Array => {
    let bytes = cache.get(index);
    cache.delete(index);
    bytes ??= readChunk(layout, source, index);
    cache.set(index, bytes);
    if (cache.size > CACHED_CHUNKS) cache.delete(cache.keys().next().value!);
    return bytes;
  };
  return { size: layout.size, read: (offset, length) => gather(chunk, offset, Math.min(length, layout.size - offset)) };
}

function readChunk(layout: ImageLayout, source: ImageSource, index: number): Uint8Array {
  if (index >= layout.chunks.length) throw new RangeError('outside of the image');
  const { segment, offset, stored } = layout.chunks[index];
  const size = Math.min(CHUNK_SIZE, layout.size - index * CHUNK_SIZE);
  const bytes = source.read(segment, offset, stored);
  if (isPromise(bytes)) throw new Error('this source cannot be read synchronously');
  return stored === size ? bytes : decodeLz4(bytes, size);
}

function gather(chunk: (index: number) => Uint8Array, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, length));
  for (let done = 0; done < length; ) {
    const at = offset + done;
    const part = chunk(Math.floor(at / CHUNK_SIZE)).subarray(at % CHUNK_SIZE, (at % CHUNK_SIZE) + length - done);
    bytes.set(part, done);
    done += part.length;
  }
  return bytes;
}

/** The tree that an image holds. */
export function rootfsOfImage(image: ImageBytes): Rootfs {
  const root = new Reader(image).inode(1);
  if (!isDirectory(root)) throw new RangeError('the image has no root directory');
  return root;
}

class Reader {
  readonly #image: ImageBytes;
  readonly #inodes: (Inode | undefined)[] = [];
  readonly #count: number;
  readonly #table: number;

  constructor(image: ImageBytes) {
    this.#image = image;
    const view = this.#view(0, F.SUPER_SIZE);
    if (view.getUint32(0, true) !== F.IMAGE_MAGIC) throw new RangeError('no image');
    this.#count = view.getUint32(F.SUPER_INODE_COUNT, true);
    this.#table = Number(view.getBigUint64(F.SUPER_INODE_TABLE, true));
  }

  inode(number: number): Inode {
    const known = this.#inodes[number];
    if (known) return known;
    if (number < 1 || number > this.#count) throw new RangeError('no such inode');
    const view = this.#view(this.#table + (number - 1) * F.IMAGE_INODE_SIZE, F.IMAGE_INODE_SIZE);
    const inode = attributes(view);
    this.#inodes[number] = inode;
    this.#addData(inode, u64(view, F.IMAGE_INODE_DATA), u64(view, F.IMAGE_INODE_SIZE_BYTES));
    const xattrLength = view.getUint32(F.IMAGE_INODE_XATTR_LEN, true);
    if (xattrLength > 0) inode.xattrs = decodeXattrs(this.#image.read(u64(view, F.IMAGE_INODE_XATTR), xattrLength));
    return inode;
  }

  #addData(inode: Inode, data: number, size: number): void {
    const type = inode.mode & S_IFMT;
    if (type === S_IFREG) inode.content = this.#content(data, size);
    else if (type === S_IFLNK) inode.target = text(this.#image.read(data, size));
    else if (size > 0) inode.entries = this.#entries(this.#image.read(data, size));
  }

  #content(data: number, size: number): Content {
    const read = (offset: number, length: number) => this.#image.read(data + offset, Math.min(length, size - offset));
    return { size, read };
  }

  #entries(data: Uint8Array): Map<string, Inode> {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const entries = new Map<string, Inode>();
    for (let i = 0; i < view.getUint32(0, true); i++) {
      const at = F.IMAGE_DIR_HEADER + i * F.IMAGE_DIRENT_SIZE;
      const name = view.getUint32(at + F.IMAGE_DIRENT_NAME, true);
      const length = view.getUint16(at + F.IMAGE_DIRENT_NAME_LEN, true);
      entries.set(text(data.subarray(name, name + length)), this.inode(view.getUint32(at, true)));
    }
    return entries;
  }

  #view(offset: number, length: number): DataView {
    const bytes = this.#image.read(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

function attributes(view: DataView): Inode {
  return newInode(view.getUint32(F.IMAGE_INODE_MODE, true), {
    uid: view.getUint32(F.IMAGE_INODE_UID, true),
    gid: view.getUint32(F.IMAGE_INODE_GID, true),
    mtimeSec: Number(view.getBigInt64(F.IMAGE_INODE_MTIME, true)),
    mtimeNsec: view.getUint32(F.IMAGE_INODE_MTIME_NSEC, true),
    rdev: view.getUint32(F.IMAGE_INODE_RDEV, true),
  });
}

/** Extended attributes as abi/image.ts lays them out. */
export function decodeXattrs(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const xattrs = new Map<string, Uint8Array>();
  let at = 2;
  for (let left = view.getUint16(0, true); left > 0; left--) {
    const nameEnd = at + 6 + view.getUint16(at, true);
    const valueEnd = nameEnd + view.getUint32(at + 2, true);
    xattrs.set(text(bytes.subarray(at + 6, nameEnd)), bytes.slice(nameEnd, valueEnd));
    at = valueEnd;
  }
  return xattrs;
}

function u64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
