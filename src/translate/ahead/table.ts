// Writes the table of baked translations (abi/ahead.ts).
import * as A from '../../../abi/ahead.ts';
import * as T from '../../../abi/translate.ts';
import { INSN_SIZE } from '../../../abi/insn.ts';
import { RECORDS_AT } from '../region-writer.ts';
import type { BakedRegion } from './training.ts';

/** Where the records of handled instructions lie in a region's header. */
const RECORDS = RECORDS_AT - INSN_SIZE;

export interface AheadTable {
  bytes: Uint8Array;
  /** Offsets of the headers, by region. */
  headers: number[];
}

/** `slots` are those of the box's table: of each region, and of its checked translation or 0. */
export function aheadTable(
  regions: BakedRegion[],
  slots: [slot: number, checked: number][],
  withheld: number,
): AheadTable {
  const pages = new Map<string, number[]>();
  for (const [n, region] of regions.entries()) {
    for (const { digest } of region.pages) if (!pages.has(digest)) pages.set(digest, []);
    pages.get(region.pages[0].digest)!.push(n);
  }
  const digests = [...pages.keys()].sort();
  const marks = new Map(digests.map((digest, i) => [digest, A.AHEAD_DIRECTORY + i * A.AHEAD_PAGE_SIZE]));
  const lists = A.AHEAD_DIRECTORY + digests.length * A.AHEAD_PAGE_SIZE;
  const headers: number[] = [];
  let size = lists + regions.length * A.AHEAD_ENTRY_SIZE;
  for (const { records } of regions) {
    headers.push(size);
    size += RECORDS + records.length;
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const u32 = (at: number, value: number) => view.setUint32(at, value, true);
  u32(0, A.AHEAD_MAGIC);
  u32(A.AHEAD_PAGES, digests.length);
  u32(A.AHEAD_WITHHELD, withheld);
  let list = lists;
  for (const digest of digests) {
    const mark = marks.get(digest)!;
    const entries = pages.get(digest)!.sort((a, b) => regions[a].entry - regions[b].entry);
    view.setBigUint64(mark, BigInt(`0x${digest}`), true);
    u32(mark + A.AHEAD_PAGE_LIST, list);
    u32(mark + A.AHEAD_PAGE_COUNT, entries.length);
    for (const n of entries) {
      u32(list, regions[n].entry);
      u32(list + A.AHEAD_ENTRY_HEADER, headers[n]);
      list += A.AHEAD_ENTRY_SIZE;
    }
  }
  for (const [n, region] of regions.entries()) writeHeader(bytes, headers[n], region, slots[n], marks);
  return { bytes, headers };
}

function writeHeader(
  bytes: Uint8Array,
  at: number,
  { pages, records }: BakedRegion,
  [slot, checked]: [number, number],
  marks: Map<string, number>,
): void {
  const view = new DataView(bytes.buffer);
  view.setUint32(at + T.REGION_SLOT, slot, true);
  view.setUint32(at + T.REGION_CHECKED_SLOT, checked, true);
  view.setUint32(at + T.REGION_PAGES, pages.length, true);
  for (const [i, { delta, digest }] of pages.entries()) {
    const page = at + T.REGION_PAGE + i * T.REGION_PAGE_SIZE;
    view.setInt32(page + T.REGION_PAGE_DELTA, delta, true);
    view.setUint32(page + T.REGION_PAGE_MARK, marks.get(digest)!, true);
  }
  bytes.set(records, at + RECORDS);
}
