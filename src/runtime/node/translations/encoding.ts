// The file of a code page in the cache: the regions that begin in it.
// Invariant: what does not carry its own digest, or is not in order, is nothing: a damaged file costs a translation.
//
//   0  SHA-256 of the rest    32  length of the head u32    36  head, JSON: an array of Entry    then the blobs it counts
import { createHash } from 'node:crypto';
import { REGION_MAX_PAGES } from '../../../../abi/translate.ts';
import type { PortableBody, PortablePage, PortableRegion } from '../../../translate/portable/region.ts';

interface BodyEntry {
  length: number;
  functions: number[];
  globals: number[];
}

interface Entry {
  entry: number;
  pages: PortablePage[];
  records: number;
  body: BodyEntry;
  checked?: BodyEntry;
}

const DIGEST = 32;
const HEAD = DIGEST + 4;

export function encodeRegions(regions: readonly PortableRegion[]): Uint8Array {
  const blobs = regions.flatMap(({ records, body, checked }) => [
    records,
    body.bytes,
    checked?.bytes ?? new Uint8Array(0),
  ]);
  const head = Buffer.from(JSON.stringify(regions.map(entryOf)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const rest = Buffer.concat([length, head, ...blobs]);
  return Buffer.concat([createHash('sha256').update(rest).digest(), rest]);
}

function entryOf({ entry, pages, records, body, checked }: PortableRegion): Entry {
  return { entry, pages, records: records.length, body: bodyOf(body), checked: checked && bodyOf(checked) };
}

function bodyOf({ bytes, functions, globals }: PortableBody): BodyEntry {
  return { length: bytes.length, functions, globals };
}

/** The regions of a file; none when it is damaged. */
export function decodeRegions(file: Uint8Array): PortableRegion[] {
  const rest = file.subarray(DIGEST);
  if (file.length < HEAD || !createHash('sha256').update(rest).digest().equals(file.subarray(0, DIGEST))) return [];
  try {
    const head = new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
    let at = HEAD + head;
    const take = (length: number) => {
      if (!(length >= 0) || at + length > file.length) throw new RangeError('outside of the file');
      at += length;
      return new Uint8Array(file.subarray(at - length, at));
    };
    const body = ({ length, functions, globals }: BodyEntry) => ({ bytes: take(length), functions, globals });
    const entries = JSON.parse(Buffer.from(file.subarray(HEAD, HEAD + head)).toString()) as Entry[];
    return entries.map((each) => {
      if (!(each.pages.length <= REGION_MAX_PAGES) || !(each.entry < 4096)) throw new RangeError('no region');
      const region: PortableRegion = {
        ...each,
        records: take(each.records),
        body: body(each.body),
        checked: undefined,
      };
      if (each.checked) region.checked = body(each.checked);
      return region;
    });
  } catch {
    return [];
  }
}
