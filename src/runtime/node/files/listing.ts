// Directory listings in the layout of abi/hostfs.ts. A cookie is an index into the names as they were when the listing began.
import * as fs from 'node:fs';
import type { BigIntStats } from 'node:fs';
import * as F from '../../../../abi/hostfs.ts';
import type { Handle } from './handles.ts';
import { fdPath } from './places.ts';

const SLASH = Buffer.from('/');

/** Fills `out` with entries from the cookie on: bytes; 0 = end. Names that are gone are left out. */
export function list(handle: Handle, cookie: number, out: Uint8Array): number {
  const directory = fdPath(handle.fd);
  if (cookie === 0 || !handle.names) handle.names = fs.readdirSync(directory, { encoding: 'buffer' });
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  let at = 0;
  for (let i = cookie; i < handle.names.length; i++) {
    const name = handle.names[i];
    if (at + F.FILE_ENTRY_NAME + name.length > out.length) break;
    const path = Buffer.concat([directory, SLASH, name]);
    const stat = fs.lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (!stat) continue;
    view.setBigUint64(at + F.FILE_ENTRY_NEXT, BigInt(i + 1), true);
    view.setBigUint64(at + F.FILE_ENTRY_INO, stat.ino, true);
    view.setUint32(at + F.FILE_ENTRY_LEN, name.length, true);
    view.setUint8(at + F.FILE_ENTRY_TYPE, typeOf(stat));
    out.set(name, at + F.FILE_ENTRY_NAME);
    at += F.FILE_ENTRY_NAME + name.length;
  }
  return at;
}

/** DT_*: the type bits of the mode. */
function typeOf(stat: BigIntStats): number {
  return Number(stat.mode >> 12n) & 15;
}
