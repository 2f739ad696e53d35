// The 512 byte header block of tar: fixed fields, numbers in octal or (GNU) base 256, a checksum.
//   0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8 | 156 type 1
//   157 link name 100 | 257 magic 6, version 2 | 329 devmajor 8 | 337 devminor 8 | 345 prefix 155
import { WbxError } from '../../errors.ts';
import { BLOCK } from './entry.ts';

export interface Header {
  flag: string;
  name: string;
  linkName: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  devMajor: number;
  devMinor: number;
}

/** Decodes a header block; undefined for a block of zeros, which ends the archive. */
export function decodeHeader(block: Uint8Array, where: string): Header | undefined {
  const sum = checksum(block);
  if (sum === 8 * 0x20) return undefined;
  if (sum !== number(block, 148, 8)) throw new WbxError('BAD_IMAGE', `${where} is not a tar header`);
  const prefix = text(block, 257, 6) === 'ustar' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    flag: String.fromCharCode(block[156] || 0x30),
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: text(block, 157, 100),
    mode: number(block, 100, 8),
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    mtime: number(block, 136, 12),
    devMajor: number(block, 329, 8),
    devMinor: number(block, 337, 8),
  };
}

/** Encodes a ustar header; the caller has put into a PAX header whatever does not fit and passes something that does. */
export function encodeHeader(header: Header): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.write(header.name, 0, 100);
  octal(block, 100, 8, header.mode);
  octal(block, 108, 8, header.uid);
  octal(block, 116, 8, header.gid);
  octal(block, 124, 12, header.size);
  octal(block, 136, 12, header.mtime);
  block.write(header.flag, 156, 1, 'latin1');
  block.write(header.linkName, 157, 100);
  block.write('ustar\x0000', 257, 8, 'latin1');
  octal(block, 329, 8, header.devMajor);
  octal(block, 337, 8, header.devMinor);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return block;
}

/** Text up to a NUL. */
export function text(block: Uint8Array, start: number, length: number): string {
  const field = Buffer.from(block.buffer, block.byteOffset + start, length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** An octal number in ASCII or, with the top bit of the first byte set, a big-endian binary one. */
export function number(block: Uint8Array, start: number, length: number): number {
  if (block[start] & 0x80) {
    let value = block[start] & 0x40 ? -1 : block[start] & 0x3f;
    for (let i = 1; i < length; i++) value = value * 256 + block[start + i];
    return value;
  }
  const digits = text(block, start, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : 0;
}

function octal(block: Buffer, start: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, start, length, 'latin1');
}

function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) sum += i < 148 || i >= 156 ? block[i] : 0;
  return sum;
}
