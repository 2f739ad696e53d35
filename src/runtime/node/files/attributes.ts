// The attribute record of abi/hostfs.ts: from the host's stat, and what a FILE_SETATTR asks for.
import type { BigIntStats } from 'node:fs';
import * as F from '../../../../abi/hostfs.ts';
import type { Owners } from './owners.ts';

function viewOf(buffer: Uint8Array): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, F.FILE_ATTR_SIZE);
}

export function putAttributes(buffer: Uint8Array, stat: BigIntStats, owners: Owners): void {
  const view = viewOf(buffer);
  const u64 = (at: number, value: bigint) => view.setBigUint64(at, BigInt.asUintN(64, value), true);
  const u32 = (at: number, value: number) => view.setUint32(at, value, true);
  u64(F.FILE_ATTR_INO, stat.ino);
  u64(F.FILE_ATTR_DEV, stat.dev);
  u64(F.FILE_ATTR_FILE_SIZE, stat.size);
  u64(F.FILE_ATTR_BLOCKS, stat.blocks);
  u64(F.FILE_ATTR_ATIME, stat.atimeNs);
  u64(F.FILE_ATTR_MTIME, stat.mtimeNs);
  u64(F.FILE_ATTR_CTIME, stat.ctimeNs);
  u32(F.FILE_ATTR_MODE, Number(stat.mode));
  u32(F.FILE_ATTR_NLINK, Number(stat.nlink));
  u32(F.FILE_ATTR_UID, owners.uid(Number(stat.uid)));
  u32(F.FILE_ATTR_GID, owners.gid(Number(stat.gid)));
  u32(F.FILE_ATTR_RDEV, Number(stat.rdev));
}

/** What a question sets. Times in seconds: Node's calls keep microseconds of them. */
export interface Wanted {
  ino: bigint;
  mode: number;
  owner: [uid: number, gid: number];
  size: number;
  atime: number;
  mtime: number;
}

export function wantedAttributes(buffer: Uint8Array): Wanted {
  const view = viewOf(buffer);
  return {
    ino: view.getBigUint64(F.FILE_ATTR_INO, true),
    mode: view.getUint32(F.FILE_ATTR_MODE, true),
    owner: [view.getUint32(F.FILE_ATTR_UID, true), view.getUint32(F.FILE_ATTR_GID, true)],
    size: Number(view.getBigUint64(F.FILE_ATTR_FILE_SIZE, true)),
    atime: seconds(view.getBigInt64(F.FILE_ATTR_ATIME, true)),
    mtime: seconds(view.getBigInt64(F.FILE_ATTR_MTIME, true)),
  };
}

/** -1 = now. */
function seconds(ns: bigint): number {
  return ns === -1n ? Date.now() / 1000 : Number(ns) / 1e9;
}
