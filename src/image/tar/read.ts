// Reads a tar archive that lies in a file (or memory) by its headers: contents are not copied but pointed at.
// Invariant: every content that is given out lies inside the archive; a truncated archive is an error, never a short file.
import { WbxError } from '../../errors.ts';
import { type Content, EMPTY_CONTENT } from '../rootfs.ts';
import { BLOCK, padded, type TarEntry, type TarType, TYPE_FLAGS, XATTR_PREFIX } from './entry.ts';
import { decodeHeader, type Header, text } from './header.ts';
import { decodePax, type PaxRecords, parsePaxTime } from './pax.ts';
import { oldGnuMap, paxSparse, sparseContent } from './sparse.ts';

const TYPES = new Map<string, TarType>([
  ...Object.entries(TYPE_FLAGS).map(([type, flag]) => [flag, type as TarType] as const),
  ['7', 'file'], // contiguous file
  ['S', 'file'], // old GNU sparse file
]);

/** Bytes of names and PAX records that one member may carry: xattrs have 64 KiB, paths 4 KiB. */
const MAX_EXTENDED = 1 << 20;

/** What the members x, g, L and K say about the member that follows. */
interface Extended {
  global: PaxRecords;
  pax: PaxRecords;
  longName?: string;
  longLink?: string;
}

/** The members in the order of the archive. `name` is what errors call the archive. */
export function* readTar(archive: Content, name: string): Generator<TarEntry> {
  const tar = new BlockReader(archive, name);
  let extended: Extended = { global: new Map(), pax: new Map() };
  while (!tar.atEnd()) {
    const block = tar.next();
    const header = decodeHeader(block, `${name}: byte ${tar.position - BLOCK}`);
    if (header === undefined) return;
    if (takeExtended(header, tar, extended)) continue;
    const type = header.flag === '0' && header.name.endsWith('/') ? 'directory' : TYPES.get(header.flag);
    if (type === undefined) throw tar.error(`has a member "${header.name}" of unknown type "${header.flag}"`);
    yield readMember(type, header, block, tar, extended);
    extended = { global: extended.global, pax: new Map() };
  }
}

/** Whether a file starts like a tar archive. */
export function looksLikeTar(archive: Content): boolean {
  const block = archive.read(0, BLOCK);
  return block.length === BLOCK && text(block, 257, 5) === 'ustar';
}

function takeExtended(header: Header, tar: BlockReader, extended: Extended): boolean {
  if (!'xgLK'.includes(header.flag)) return false;
  if (header.size > MAX_EXTENDED) throw tar.error('has an extended header of more than 1 MiB');
  const bytes = tar.body(header.size).read(0, header.size);
  if (header.flag === 'L') extended.longName = text(bytes, 0, bytes.length);
  else if (header.flag === 'K') extended.longLink = text(bytes, 0, bytes.length);
  else extended[header.flag === 'x' ? 'pax' : 'global'] = decodePax(bytes, tar.name);
  return true;
}

function readMember(type: TarType, header: Header, block: Uint8Array, tar: BlockReader, extended: Extended): TarEntry {
  const pax = new Map([...extended.global, ...extended.pax]);
  const record = (key: string): string | undefined => pax.get(key)?.toString('utf8');
  const path = record('GNU.sparse.name') ?? record('path') ?? extended.longName ?? header.name;
  const time = parsePaxTime(record('mtime') ?? '');
  const entry: TarEntry = {
    type,
    path: path.replace(/(.)\/+$/, '$1'),
    target: record('linkpath') ?? extended.longLink ?? header.linkName,
    mode: header.mode & 0o7777,
    uid: Number(record('uid') ?? header.uid),
    gid: Number(record('gid') ?? header.gid),
    mtimeSec: time?.seconds ?? header.mtime,
    mtimeNsec: time?.nanoseconds ?? 0,
    devMajor: header.devMajor,
    devMinor: header.devMinor,
  };
  const xattrs = new Map(
    [...pax].flatMap(([key, value]) => (key.startsWith(XATTR_PREFIX) ? [[key.slice(13), value]] : [])),
  );
  if (xattrs.size > 0) entry.xattrs = xattrs as Map<string, Uint8Array>;
  const content = readContent(header, block, tar, Number(record('size') ?? header.size), pax);
  if (type === 'file') entry.content = content;
  return entry;
}

function readContent(header: Header, block: Uint8Array, tar: BlockReader, size: number, pax: PaxRecords): Content {
  if (header.flag === 'S') {
    const map = oldGnuMap(block, () => tar.next());
    return sparseContent(tar.body(size), map.segments, map.size, tar.name);
  }
  // Links and devices have no data even where old archives give them a size.
  const data = '07'.includes(header.flag) ? tar.body(size) : EMPTY_CONTENT;
  return paxSparse(pax, data, tar.name);
}

/** The archive as a row of blocks, read through a window so that small members do not cost a read each. */
class BlockReader {
  readonly name: string;
  position = 0;
  readonly #archive: Content;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;

  constructor(archive: Content, name: string) {
    this.#archive = archive;
    this.name = name;
  }

  atEnd(): boolean {
    return this.position >= this.#archive.size;
  }

  next(): Uint8Array {
    let at = this.position - this.#windowStart;
    if (at < 0 || at + BLOCK > this.#window.length) {
      this.#window = this.#archive.read(this.position, 128 * BLOCK);
      this.#windowStart = this.position;
      at = 0;
    }
    if (this.#window.length < BLOCK) throw this.error(`is truncated at byte ${this.position}`);
    this.position += BLOCK;
    return this.#window.subarray(at, at + BLOCK);
  }

  /** The data of a member; the position moves behind it. */
  body(size: number): Content {
    const start = this.position;
    if (!(size >= 0 && start + size <= this.#archive.size))
      throw this.error(`is truncated at byte ${this.#archive.size}`);
    this.position += padded(size);
    const archive = this.#archive;
    return {
      size,
      read: (offset, length) => archive.read(start + offset, Math.max(0, Math.min(length, size - offset))),
    };
  }

  error(what: string): WbxError {
    return new WbxError('BAD_IMAGE', `${this.name} ${what}`);
  }
}
