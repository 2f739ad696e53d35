// Serves the file operations of a box from directories of this host. All but fsync are done at once: they take microseconds,
// where a trip through the thread pool would take a hundred.
import * as fs from 'node:fs';
import * as F from '../../../../abi/hostfs.ts';
import { EINVAL, ENOSYS, EROFS } from '../../../../abi/linux/errno.ts';
import * as S from '../../../../abi/linux/statfs.ts';
import type { MaybePromise } from '../../../box/source.ts';
import type { FileQuestion, FileServer } from '../../file-server.ts';
import { putAttributes, wantedAttributes } from './attributes.ts';
import { type Handle, Handles, writeTo } from './handles.ts';
import { HostError, linuxErrno } from './host-error.ts';
import { list } from './listing.ts';
import { Owners } from './owners.ts';
import { Root } from './root.ts';

/** A directory or file of this host; its number in a boot block's mount is its index. */
export interface HostRoot {
  path: string;
  readOnly: boolean;
}

export class NodeFiles implements FileServer {
  readonly #roots: Root[];
  readonly #owners: Owners;
  readonly #handles = new Handles();

  /** `uid`, `gid`: of the box's first process, who owns what the user of this process owns. */
  constructor(roots: HostRoot[], uid: number, gid: number) {
    this.#owners = new Owners(uid, gid);
    this.#roots = roots.map(({ path, readOnly }) => new Root(path, readOnly, this.#owners));
  }

  answer(question: FileQuestion): MaybePromise<number> {
    try {
      return question.op === F.FILE_SYNC ? this.#sync(question) : this.#answer(question);
    } catch (error) {
      return linuxErrno(error);
    }
  }

  close(): void {
    this.#handles.closeAll();
    for (const root of this.#roots) root.close();
  }

  #answer(question: FileQuestion): number {
    const { op, handle, buffer } = question;
    switch (op) {
      case F.FILE_READ:
      case F.FILE_WRITE:
      case F.FILE_READDIR:
      case F.FILE_FSTAT:
        return this.#onHandle(question, this.#handles.get(handle));
      case F.FILE_CLOSE:
        this.#handles.close(handle);
        return 0;
      case F.FILE_SETATTR:
        return this.#setAttributes(question);
      default: {
        const root = this.#roots[handle];
        if (!root) throw new HostError(EINVAL);
        return this.#onPath(question, root, paths(buffer));
      }
    }
  }

  #onHandle({ op, flags, arg, buffer }: FileQuestion, handle: Handle): number {
    const bytes = buffer.subarray(F.FILE_ATTR_SIZE);
    switch (op) {
      case F.FILE_READ:
        return fs.readSync(handle.fd, bytes, 0, bytes.length, arg);
      case F.FILE_READDIR:
        return list(handle, arg, bytes);
      default: {
        const done = op === F.FILE_WRITE ? writeTo(handle, bytes, arg, (flags & F.FILE_APPEND) !== 0) : 0;
        putAttributes(buffer, fs.fstatSync(handle.fd, { bigint: true }), this.#owners);
        return done;
      }
    }
  }

  #onPath({ op, flags, buffer, handle }: FileQuestion, root: Root, [path, second]: Buffer[]): number {
    const directory = (flags & F.FILE_DIRECTORY) !== 0;
    switch (op) {
      case F.FILE_STAT:
        putAttributes(buffer, root.stat(path), this.#owners);
        return 0;
      case F.FILE_OPEN: {
        const writable = (flags & F.FILE_WRITABLE) !== 0;
        return this.#opened(buffer, handle, () => root.open(path, directory, writable, wantedAttributes(buffer).ino));
      }
      case F.FILE_MAKE:
        return this.#make(buffer, handle, root, path, second);
      case F.FILE_REMOVE:
        root.remove(path, directory);
        return 0;
      case F.FILE_RENAME:
        root.rename(path, second, (flags & F.FILE_EXCLUSIVE) !== 0);
        return 0;
      case F.FILE_LINK:
        root.link(path, second);
        return 0;
      case F.FILE_READLINK:
        return put(buffer, root.readlink(path));
      case F.FILE_STATFS:
        putStatfs(buffer, root.statfs(path));
        return 0;
      default:
        return -ENOSYS;
    }
  }

  #opened(buffer: Uint8Array, root: number, open: () => number): number {
    const number = this.#handles.add(this.#roots[root], open);
    putAttributes(buffer, fs.fstatSync(this.#handles.get(number).fd, { bigint: true }), this.#owners);
    return number;
  }

  #make(buffer: Uint8Array, number: number, root: Root, path: Buffer, target: Buffer): number {
    const wanted = wantedAttributes(buffer);
    if ((wanted.mode & 0o170000) === fs.constants.S_IFREG) {
      return this.#opened(buffer, number, () => root.make(path, wanted, target)!);
    }
    root.make(path, wanted, target);
    putAttributes(buffer, root.stat(path), this.#owners);
    return 0;
  }

  #setAttributes({ handle, flags, arg, buffer }: FileQuestion): number {
    const wanted = wantedAttributes(buffer);
    if (flags & F.FILE_BY_HANDLE) {
      const { fd, root } = this.#handles.get(handle);
      root.setOpenAttributes(fd, arg, wanted);
      putAttributes(buffer, fs.fstatSync(fd, { bigint: true }), this.#owners);
      return 0;
    }
    const root = this.#roots[handle];
    if (!root) throw new HostError(EROFS);
    const [path] = paths(buffer);
    root.setAttributes(path, arg, wanted);
    putAttributes(buffer, root.stat(path), this.#owners);
    return 0;
  }

  /** Takes as long as the disk does, so the box runs on meanwhile. */
  #sync({ handle }: FileQuestion): Promise<number> {
    const { fd } = this.#handles.get(handle);
    return new Promise((resolve) => fs.fsync(fd, (error) => resolve(error ? linuxErrno(error) : 0)));
  }
}

/** The NUL-terminated paths behind the attributes, as copies: the buffer gets the answer. */
function paths(buffer: Uint8Array): Buffer[] {
  const found: Buffer[] = [];
  for (let at = F.FILE_ATTR_SIZE; found.length < 2; ) {
    const end = buffer.indexOf(0, at);
    if (end < 0) break;
    found.push(Buffer.from(buffer.subarray(at, end)));
    at = end + 1;
  }
  while (found.length < 2) found.push(Buffer.alloc(0));
  return found;
}

function put(buffer: Uint8Array, bytes: Uint8Array): number {
  const room = buffer.subarray(F.FILE_ATTR_SIZE);
  room.set(bytes.subarray(0, room.length));
  return bytes.length;
}

function putStatfs(buffer: Uint8Array, statfs: fs.BigIntStatsFs): void {
  const view = new DataView(buffer.buffer, buffer.byteOffset + F.FILE_ATTR_SIZE, S.STATFS_SIZE);
  const field = (at: number, value: bigint) => view.setBigUint64(at, BigInt.asUintN(64, value), true);
  field(S.STATFS_BSIZE, statfs.bsize);
  field(S.STATFS_FRSIZE, statfs.bsize);
  field(S.STATFS_BLOCKS, statfs.blocks);
  field(S.STATFS_BFREE, statfs.bfree);
  field(S.STATFS_BAVAIL, statfs.bavail);
  field(S.STATFS_FILES, statfs.files);
  field(S.STATFS_FFREE, statfs.ffree);
}
