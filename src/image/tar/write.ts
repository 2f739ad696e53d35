// Writes a tar archive: plain ustar headers, PAX records only for what does not fit them. Deterministic: same entries, same
// bytes; no user names, no write time, mtimes in whole seconds as Docker's layers have them.
import { BLOCK, padded, type TarEntry, TYPE_FLAGS, XATTR_PREFIX } from './entry.ts';
import { encodeHeader } from './header.ts';
import { encodePax, type PaxRecords } from './pax.ts';

export type Sink = (bytes: Uint8Array) => void;

/** Contents are copied in pieces of this size, so that a file of gigabytes needs one megabyte. */
const COPY_PIECE = 1 << 20;
const MAX_OCTAL_7 = 0o7777777;
const MAX_OCTAL_11 = 0o77777777777;

export class TarWriter {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  add(entry: TarEntry): void {
    const path = entry.type === 'directory' ? `${entry.path}/` : entry.path;
    const size = entry.content?.size ?? 0;
    const pax = paxFor(entry, path, size);
    if (pax.size > 0) this.#addPax(pax, entry);
    this.#header(TYPE_FLAGS[entry.type], path, entry, size);
    if (entry.content) this.#body(size, (at, length) => entry.content?.read(at, length) ?? new Uint8Array(0));
  }

  /** Two blocks of zeros. */
  end(): void {
    this.#sink(new Uint8Array(2 * BLOCK));
  }

  #addPax(records: PaxRecords, entry: TarEntry): void {
    const bytes = encodePax(records);
    const plain: TarEntry = {
      ...entry,
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtimeSec: 0,
      target: '',
      devMajor: 0,
      devMinor: 0,
    };
    this.#header('x', 'PaxHeaders/x', plain, bytes.length);
    this.#body(bytes.length, (at, length) => bytes.subarray(at, at + length));
  }

  #header(flag: string, path: string, entry: TarEntry, size: number): void {
    this.#sink(
      encodeHeader({
        flag,
        name: path,
        linkName: entry.target,
        mode: entry.mode,
        uid: fitting(entry.uid, MAX_OCTAL_7),
        gid: fitting(entry.gid, MAX_OCTAL_7),
        size: fitting(size, MAX_OCTAL_11),
        mtime: fitting(entry.mtimeSec, MAX_OCTAL_11),
        devMajor: entry.devMajor,
        devMinor: entry.devMinor,
      }),
    );
  }

  #body(size: number, read: (at: number, length: number) => Uint8Array): void {
    for (let at = 0; at < size; at += COPY_PIECE) {
      const length = Math.min(COPY_PIECE, size - at);
      const piece = read(at, length);
      if (piece.length !== length) throw new RangeError('a file became shorter while it was read');
      this.#sink(piece);
    }
    if (size % BLOCK !== 0) this.#sink(new Uint8Array(padded(size) - size));
  }
}

/** The PAX records an entry needs, in a fixed order. */
function paxFor(entry: TarEntry, path: string, size: number): PaxRecords {
  const records: PaxRecords = new Map();
  if (!fitsField(path)) records.set('path', Buffer.from(path));
  if (!fitsField(entry.target)) records.set('linkpath', Buffer.from(entry.target));
  if (entry.uid > MAX_OCTAL_7) records.set('uid', Buffer.from(String(entry.uid)));
  if (entry.gid > MAX_OCTAL_7) records.set('gid', Buffer.from(String(entry.gid)));
  if (size > MAX_OCTAL_11) records.set('size', Buffer.from(String(size)));
  if (entry.mtimeSec < 0 || entry.mtimeSec > MAX_OCTAL_11) records.set('mtime', Buffer.from(String(entry.mtimeSec)));
  const xattrs = [...(entry.xattrs ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of xattrs) records.set(XATTR_PREFIX + name, Buffer.from(value));
  return records;
}

/** Names go into the header only as ASCII of at most 100 bytes; the prefix field is not used. */
function fitsField(name: string): boolean {
  return name.length <= 100 && /^[\x20-\x7e]*$/.test(name);
}

function fitting(value: number, most: number): number {
  return value >= 0 && value <= most ? value : 0;
}
