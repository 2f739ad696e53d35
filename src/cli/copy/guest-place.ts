// Files of a box as one side of `wbx cp`, through system calls made in it. Invariant: a name that the box gives is one name, whatever
// its kernel says.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { WbxError } from '../../errors.ts';
import { contentOfFile } from '../../image/files.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG } from '../../image/rootfs.ts';
import type { TarEntry, TarType } from '../../image/tar/entry.ts';
import { CALL_BUFFER, type GuestCalls, InBuffer } from '../../runtime/node/guest-calls.ts';
import { namesOf } from './host-place.ts';
import type { Kind, Place } from './place.ts';

/** Numbers of x86-64's system calls; abi/syscalls.ts has all. */
const CALL = {
  read: 0,
  write: 1,
  close: 3,
  getdents64: 217,
  openat: 257,
  mkdirat: 258,
  mknodat: 259,
  fchownat: 260,
  newfstatat: 262,
  unlinkat: 263,
  linkat: 265,
  symlinkat: 266,
  readlinkat: 267,
  fchmodat: 268,
  utimensat: 280,
};
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const [O_WRONLY, O_CREAT, O_EXCL, O_DIRECTORY, O_NOFOLLOW] = [1, 0o100, 0o200, 0o200000, 0o400000];
const STAT_SIZE = 144;
const [ENOENT, ENOTDIR, EEXIST] = [2, 20, 17];
const TYPES = new Map<number, TarType>([
  [S_IFREG, 'file'],
  [S_IFDIR, 'directory'],
  [S_IFLNK, 'symlink'],
  [S_IFCHR, 'char'],
  [S_IFBLK, 'block'],
  [S_IFIFO, 'fifo'],
]);

interface Stat {
  mode: number;
  uid: number;
  gid: number;
  rdev: bigint;
  mtimeSec: number;
  mtimeNsec: number;
  /** Device and inode, when there are several names. */
  shared?: string;
}

export class GuestPlace implements Place {
  readonly #calls: GuestCalls;
  readonly #end: () => Promise<void>;
  readonly #spool = mkdtempSync(join(tmpdir(), 'wbx-cp-'));

  /** `end` is called at the end, behind the last call. */
  constructor(calls: GuestCalls, end: () => Promise<void>) {
    this.#calls = calls;
    this.#end = end;
  }

  async kind(path: string): Promise<Kind | undefined> {
    const stat = await this.#stat(path, 0);
    const format = stat && stat.mode & S_IFMT;
    return stat && (format === S_IFDIR ? 'directory' : format === S_IFREG ? 'file' : 'other');
  }

  async isLink(path: string): Promise<boolean> {
    const stat = await this.#stat(path, AT_SYMLINK_NOFOLLOW);
    return stat !== undefined && (stat.mode & S_IFMT) === S_IFLNK;
  }

  walk(path: string, name: string, follow: boolean): AsyncIterable<TarEntry> {
    return this.#walk(path, name, follow || name === '', new Map());
  }

  async *#walk(path: string, name: string, follow: boolean, seen: Map<string, string>): AsyncIterable<TarEntry> {
    const stat = await this.#stat(path, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    const type = stat && TYPES.get(stat.mode & S_IFMT);
    if (!stat || !type) return;
    if (name !== '') yield await this.#entry(path, name, stat, type, seen);
    if (type !== 'directory') return;
    for (const child of await this.#list(path)) {
      yield* this.#walk(posix.join(path, child), name === '' ? child : `${name}/${child}`, false, seen);
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
      const path = posix.join(directory, ...names);
      await this.#make(path, entry, (target) => posix.join(directory, ...namesOf(target)));
      if (entry.type === 'hardlink') continue;
      if (owners) await this.#must(CALL.fchownat, path, [entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW]);
      if (entry.type === 'directory') made.push({ path, entry });
      else await this.#finish(path, entry);
    }
    for (const { path, entry } of made.reverse()) await this.#finish(path, entry);
  }

  async close(): Promise<void> {
    rmSync(this.#spool, { recursive: true });
    await this.#end();
  }

  async #stat(path: string, flags: number): Promise<Stat | undefined> {
    const name = cString(path);
    const at = new InBuffer(name.length);
    const wanted = name.length + STAT_SIZE;
    const { result, bytes } = await this.#calls.fetch(
      CALL.newfstatat,
      [AT_FDCWD, new InBuffer(), at, flags],
      name,
      wanted,
    );
    if (result === -ENOENT || result === -ENOTDIR) return undefined;
    check(result, path);
    const stat = bytes.subarray(name.length);
    const several = stat.readBigUInt64LE(16) > 1n;
    return {
      mode: stat.readUInt32LE(24),
      uid: stat.readUInt32LE(28),
      gid: stat.readUInt32LE(32),
      rdev: stat.readBigUInt64LE(40),
      mtimeSec: Number(stat.readBigInt64LE(88)),
      mtimeNsec: stat.readUInt32LE(96),
      shared: several ? `${stat.readBigUInt64LE(0)} ${stat.readBigUInt64LE(8)}` : undefined,
    };
  }

  async #entry(path: string, name: string, stat: Stat, type: TarType, seen: Map<string, string>): Promise<TarEntry> {
    const { mode, uid, gid, mtimeSec, mtimeNsec, rdev, shared } = stat;
    const [devMajor, devMinor] = [Number((rdev >> 8n) & 0xfffn), Number(rdev & 0xffn)];
    const entry: TarEntry = {
      type,
      path: name,
      target: '',
      mode: mode & 0o7777,
      uid,
      gid,
      mtimeSec,
      mtimeNsec,
      devMajor,
      devMinor,
    };
    if (type === 'symlink') return { ...entry, target: await this.#readLink(path) };
    if (type !== 'file') return entry;
    const first = shared && seen.get(shared);
    if (first) return { ...entry, type: 'hardlink', target: first };
    if (shared) seen.set(shared, name);
    return { ...entry, content: await this.#fetch(path) };
  }

  async #readLink(path: string): Promise<string> {
    const name = cString(path);
    const room = CALL_BUFFER / 2;
    const at = new InBuffer(room);
    const { result, bytes } = await this.#calls.fetch(
      CALL.readlinkat,
      [AT_FDCWD, new InBuffer(), at, 4096],
      name,
      room + 4096,
    );
    return bytes.toString('utf8', room, room + check(result, path));
  }

  /** A copy of a file here; the next one replaces it. */
  async #fetch(path: string): Promise<TarEntry['content']> {
    const fd = await this.#open(path, O_NOFOLLOW);
    const copy = join(this.#spool, 'content');
    const out = openSync(copy, 'w', 0o600);
    let size = 0;
    try {
      for (;;) {
        const { result, bytes } = await this.#calls.fetch(CALL.read, [fd, new InBuffer(), CALL_BUFFER]);
        if (check(result, path) === 0) break;
        size += writeSync(out, bytes);
      }
    } finally {
      closeSync(out);
    }
    await this.#calls.call(CALL.close, [fd]);
    return contentOfFile(copy, size);
  }

  async #list(path: string): Promise<string[]> {
    const fd = await this.#open(path, O_DIRECTORY);
    const names: string[] = [];
    for (;;) {
      const { result, bytes } = await this.#calls.fetch(CALL.getdents64, [fd, new InBuffer(), CALL_BUFFER]);
      if (check(result, path) === 0) break;
      for (let at = 0; at + 19 < bytes.length; ) {
        const length = bytes.readUInt16LE(at + 16);
        names.push(bytes.toString('utf8', at + 19, bytes.indexOf(0, at + 19)));
        if (length === 0) break;
        at += length;
      }
    }
    await this.#calls.call(CALL.close, [fd]);
    const children = names.filter((name) => name !== '.' && name !== '..').sort();
    const odd = children.find((name) => name === '' || name.includes('/'));
    if (odd !== undefined) throw new WbxError('BAD_BOX', `the box names a file "${odd}"`);
    return children;
  }

  async #open(path: string, flags: number, mode = 0): Promise<number> {
    return check(await this.#calls.call(CALL.openat, [AT_FDCWD, new InBuffer(), flags, mode], cString(path)), path);
  }

  async #make(path: string, entry: TarEntry, placeOf: (target: string) => string): Promise<void> {
    if (entry.type === 'directory') {
      const made = await this.#at(CALL.mkdirat, path, [0o700]);
      if (made !== -EEXIST) check(made, path);
      else if ((await this.kind(path)) !== 'directory')
        throw new WbxError('BAD_ARGUMENT', `${path} is a file: a directory cannot take its place`);
      return;
    }
    const removed = await this.#at(CALL.unlinkat, path, [0]);
    if (removed !== -ENOENT) check(removed, path);
    if (entry.type === 'file') return this.#write(path, entry);
    if (entry.type === 'symlink' || entry.type === 'hardlink') {
      const target = cString(entry.type === 'symlink' ? entry.target : placeOf(entry.target));
      const both = Buffer.concat([target, cString(path)]);
      const name = new InBuffer(target.length);
      const link = [AT_FDCWD, new InBuffer(), AT_FDCWD, name, 0];
      const symlink = [new InBuffer(), AT_FDCWD, name];
      const isSymlink = entry.type === 'symlink';
      check(await this.#calls.call(isSymlink ? CALL.symlinkat : CALL.linkat, isSymlink ? symlink : link, both), path);
      return;
    }
    const format = [...TYPES].find(([, type]) => type === entry.type)![0];
    await this.#must(CALL.mknodat, path, [format | entry.mode, (entry.devMajor << 8) | entry.devMinor]);
  }

  async #write(path: string, { content }: TarEntry): Promise<void> {
    const fd = await this.#open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600);
    const size = content?.size ?? 0;
    for (let at = 0; at < size; ) {
      const piece = content!.read(at, Math.min(CALL_BUFFER, size - at));
      at += check(await this.#calls.call(CALL.write, [fd, new InBuffer(), piece.length], piece), path);
    }
    await this.#calls.call(CALL.close, [fd]);
  }

  async #finish(path: string, { type, mode, mtimeSec, mtimeNsec }: TarEntry): Promise<void> {
    if (type !== 'symlink') await this.#must(CALL.fchmodat, path, [mode]);
    const times = Buffer.alloc(32);
    for (const at of [0, 16]) {
      times.writeBigInt64LE(BigInt(mtimeSec), at);
      times.writeBigInt64LE(BigInt(mtimeNsec), at + 8);
    }
    const data = Buffer.concat([times, cString(path)]);
    const args = [AT_FDCWD, new InBuffer(times.length), new InBuffer(), AT_SYMLINK_NOFOLLOW];
    check(await this.#calls.call(CALL.utimensat, args, data), path);
  }

  /** A call about a path, with what follows it. */
  #at(call: number, path: string, rest: number[]): Promise<number> {
    return this.#calls.call(call, [AT_FDCWD, new InBuffer(), ...rest], cString(path));
  }

  async #must(call: number, path: string, rest: number[]): Promise<void> {
    check(await this.#at(call, path, rest), path);
  }
}

function cString(path: string): Buffer {
  if (path.includes('\0')) throw new WbxError('BAD_ARGUMENT', 'a path holds no NUL');
  return Buffer.from(`${path}\0`);
}

function check(result: number, path: string): number {
  if (result >= 0) return result;
  const name = Object.entries(constants.errno).find(([, number]) => number === -result)?.[0] ?? `errno ${-result}`;
  throw new WbxError(result === -ENOENT ? 'NOT_FOUND' : 'IO', `${path} in the box: ${name}`);
}
