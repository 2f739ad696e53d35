// GNU sparse files in their three dialects: old GNU (type S), PAX 0.1 (a map in the header) and PAX 1.0 (a map before the
// data). GNU tar manual, "Storing Sparse Files". Invariant: segments are in order, inside the file and backed by the archive.
import { WbxError } from '../../errors.ts';
import type { Content } from '../rootfs.ts';
import { BLOCK } from './entry.ts';
import { number } from './header.ts';
import type { PaxRecords } from './pax.ts';

/** A map of a million segments is 20 MB of digits; more is an attack, not a file. */
const MAX_SEGMENTS = 1e6;

interface Segment {
  offset: number;
  length: number;
}

/** A sparse file: segments of data in `data`, one behind the other, zeros between them. */
export function sparseContent(data: Content, segments: Segment[], size: number, where: string): Content {
  let end = 0;
  let stored = 0;
  const placed = segments.map(({ offset, length }) => {
    if (!(offset >= end && length >= 0 && offset + length <= size)) throw badMap(where);
    end = offset + length;
    stored += length;
    return { offset, length, source: stored - length };
  });
  if (stored > data.size) throw badMap(where);
  const read = (offset: number, length: number): Uint8Array => {
    const out = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    for (const segment of placed) {
      const from = Math.max(offset, segment.offset);
      const to = Math.min(offset + out.length, segment.offset + segment.length);
      if (from < to) out.set(data.read(segment.source + from - segment.offset, to - from), from - offset);
    }
    return out;
  };
  return { size, read };
}

/** Old GNU: four segments in the header at 386, 21 in each extension block that follows; `next` gives those blocks. */
export function oldGnuMap(header: Uint8Array, next: () => Uint8Array): { segments: Segment[]; size: number } {
  const segments: Segment[] = [];
  const take = (block: Uint8Array, start: number, count: number): void => {
    for (let at = start; at < start + count * 24; at += 24) {
      if (block[at] === 0) return;
      segments.push({ offset: number(block, at, 12), length: number(block, at + 12, 12) });
    }
  };
  take(header, 386, 4);
  let more = header[482];
  while (more !== 0) {
    const block = next();
    take(block, 0, 21);
    more = block[504];
  }
  return { segments, size: number(header, 483, 12) };
}

/** PAX: the content that the GNU.sparse.* records describe, or `data` itself when there are none. */
export function paxSparse(pax: PaxRecords, data: Content, where: string): Content {
  const record = (key: string): string | undefined => pax.get(`GNU.sparse.${key}`)?.toString();
  const size = Number(record('realsize') ?? record('size'));
  const map = record('map');
  if (map !== undefined) return sparseContent(data, pairs(map.split(',').map(Number)), size, where);
  if (record('numblocks') !== undefined) {
    throw new WbxError(
      'UNSUPPORTED',
      `${where} holds a sparse file in the PAX 0.0 dialect; write it with a newer GNU tar`,
    );
  }
  if (record('major') !== '1') return data;
  const { numbers, end } = leadingNumbers(data, where);
  return sparseContent(slice(data, end), pairs(numbers), size, where);
}

/** PAX 1.0: the data begins with decimal lines, a count of segments and two numbers for each, padded to a block. */
function leadingNumbers(data: Content, where: string): { numbers: number[]; end: number } {
  const numbers: number[] = [];
  let line = '';
  for (let at = 0; at < data.size; at += BLOCK) {
    line = consume(data.read(at, BLOCK), line, numbers);
    const count = numbers[0] ?? 0;
    if (!(count < MAX_SEGMENTS)) break;
    if (numbers.length > 2 * count) return { numbers: numbers.slice(1, 1 + 2 * count), end: at + BLOCK };
  }
  throw badMap(where);
}

function consume(block: Uint8Array, rest: string, numbers: number[]): string {
  const lines = (rest + Buffer.from(block).toString('latin1')).split('\n');
  const last = lines.pop() ?? '';
  for (const line of lines) numbers.push(Number(line));
  return last;
}

function pairs(numbers: number[]): Segment[] {
  const segments: Segment[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) segments.push({ offset: numbers[i], length: numbers[i + 1] });
  return segments;
}

function slice(content: Content, start: number): Content {
  return {
    size: Math.max(0, content.size - start),
    read: (offset, length) => content.read(start + offset, length),
  };
}

function badMap(where: string): WbxError {
  return new WbxError('BAD_IMAGE', `${where} holds a broken sparse file map`);
}
