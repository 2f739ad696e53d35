// A snapshot as a box: the box it was taken from, with the memory in its last segment. Invariant: code and image are copied
// as they are, so what an engine compiled for the one serves the other.
import { BOOT_CHUNK_COUNT, BOOT_CHUNK_TABLE, BOOT_STATE_SEGMENT, CHUNK_ENTRY_SIZE } from '../../abi/boot.ts';
import { CONTROL_BASE, SECTION_BOX, SECTION_CONFIG, SECTION_PROVENANCE } from '../../abi/box.ts';
import { CONTROL_BOOT_BLOCK } from '../../abi/host.ts';
import type { BoxFile } from '../box/inspect.ts';
import { encodeU32 } from '../box/leb128.ts';
import { customSection, encodeSection, parseSections, SECTION_CUSTOM, SECTION_DATA, WASM_HEADER } from '../box/wasm.ts';
import { blocksOf, type Moment } from './moment.ts';
import { patchMemory, readU32, type SavedMemory } from './saved-memory.ts';
import { encodeState } from './state.ts';

/** Bytes of the image copied at a time. */
const PIECE = 1 << 20;

/** The bytes of a snapshot of a box that runs from `base`, front to back. */
export async function* snapshotBox(base: BoxFile, saved: Moment): AsyncGenerator<Uint8Array> {
  const moved = blocksOf(saved);
  pointAtImage(moved, base.boot);
  const state = encodeState(moved);
  const boot = bootWithState(base);
  const lengths = base.segmentLengths.with(0, boot.length).with(-1, state.length);
  const sections = parseSections(base.engine);
  yield WASM_HEADER;
  for (const section of customSections(base)) yield encodeSection(section);
  for (const section of sections) if (isCode(section.id)) yield encodeSection(section);
  const data = sections.find(({ id }) => id === SECTION_DATA)!.bytes;
  yield* segments(base, data.subarray(0, data.length - 2 * lengths.length), lengths, [boot, state]);
}

function isCode(id: number): boolean {
  return id !== SECTION_CUSTOM && id !== SECTION_DATA;
}

function customSections(base: BoxFile) {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return [
    customSection(SECTION_BOX, json({ ...base.info, state: true })),
    customSection(SECTION_CONFIG, json(base.config)),
    customSection(SECTION_PROVENANCE, json(base.provenance)),
  ];
}

/** `head` is the number of segments and those of the kernel. */
async function* segments(
  base: BoxFile,
  head: Uint8Array,
  lengths: number[],
  [boot, state]: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  const headers = lengths.map((length) => Uint8Array.of(1, ...encodeU32(length)));
  const total = lengths.reduce((sum, length, i) => sum + headers[i].length + length, head.length);
  yield Uint8Array.of(SECTION_DATA, ...encodeU32(total));
  yield head;
  yield headers[0];
  yield boot;
  for (let i = 1; i < lengths.length - 1; i++) {
    yield headers[i];
    for (let at = 0; at < lengths[i]; at += PIECE) yield await base.image.read(i, at, Math.min(PIECE, lengths[i] - at));
  }
  yield headers.at(-1)!;
  yield state;
}

function bootWithState(base: BoxFile): Uint8Array {
  const boot = base.boot.slice();
  const view = new DataView(boot.buffer);
  view.setUint32(BOOT_STATE_SEGMENT, base.info.segments - 1, true);
  return boot;
}

/** The memory knows where its image was; from now on that is where `boot` says. */
function pointAtImage(saved: SavedMemory, boot: Uint8Array): void {
  const block = readU32(saved, CONTROL_BASE + CONTROL_BOOT_BLOCK);
  const view = new DataView(boot.buffer, boot.byteOffset);
  const from = view.getUint32(BOOT_CHUNK_TABLE, true);
  const length = chunkCount(boot) * CHUNK_ENTRY_SIZE;
  patchMemory(saved, block + readU32(saved, block + BOOT_CHUNK_TABLE), boot.subarray(from, from + length));
}

function chunkCount(boot: Uint8Array): number {
  return new DataView(boot.buffer, boot.byteOffset).getUint32(BOOT_CHUNK_COUNT, true);
}
