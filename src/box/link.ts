// Links kernel.wasm, an image and a configuration into a box.wasm: custom sections first, the passive segments of the
// image last, so that a box opens by reading its head. Invariant: same inputs, same bytes; the image passes through
// in chunks and is never held as a whole.
import { BOX_VERSION, SECTION_BOX, SECTION_CONFIG, SECTION_PROVENANCE } from '../../abi/box.ts';
import { HOST_VERSION } from '../../abi/host.ts';
import { type BootOptions, bootBlock, type Chunk } from './boot-block.ts';
import type { ImageBytes } from './image-writer.ts';
import { Cursor, encodePaddedU32, encodeU32 } from './leb128.ts';
import { CHUNK_SIZE, chunkPlaces, segmentCount } from './chunk-places.ts';
import { Lz4Encoder } from './lz4.ts';
import { addReader } from './segment-reader.ts';
import {
  appendEntries,
  concat,
  customSection,
  encodeSection,
  entryCount,
  parseSections,
  SECTION_CODE,
  SECTION_CUSTOM,
  SECTION_DATA,
  SECTION_DATA_COUNT,
  type Section,
  WASM_HEADER,
  withSection,
} from './wasm.ts';
import { xxh32 } from './xxh32.ts';

/** Where a box is written to, front to back; `patch` overwrites what was written. */
export interface BoxSink {
  write(bytes: Uint8Array): void;
  patch(position: number, bytes: Uint8Array): void;
}

export interface LinkInput {
  /** kernel.wasm */
  kernel: Uint8Array;
  image: ImageBytes;
  boot: BootOptions;
  /** OCI image config, kept as it is. */
  config: Uint8Array;
  /** What the box was made from; no dates, so that boxes are reproducible. */
  provenance?: Record<string, unknown>;
  /** Adds translated code to the kernel (src/translate/ahead). */
  bake?: (kernel: Section[]) => BakedCode;
  /** Called with the bytes of the image linked so far. */
  onProgress?: (done: number, total: number) => void;
}

export interface BakedCode {
  code: Section[];
  /** What belongs before the code section: how often branches are taken. */
  hints: Section;
  /** Entries of the data section; the last one is passive, and read as AHEAD_SEGMENT of abi/ahead.ts. */
  segments: Uint8Array[];
}

/** The contents of the section `wbx.box`. */
export interface BoxInfo {
  /** BOX_VERSION of abi/box.ts. */
  version: number;
  /** HOST_VERSION of abi/host.ts. */
  host: number;
  /** Data segments that come before the boot block's. */
  firstSegment: number;
  /** The boot block's segment, those of the image, and that of a saved memory, which only a snapshot fills. */
  segments: number;
  /** Is it a snapshot? */
  state: boolean;
  /** Does it have translations made ahead of time? */
  baked?: boolean;
}

/** Writes a box. The caller finishes or discards what `sink` holds. */
export function linkBox(input: LinkInput, sink: BoxSink): void {
  const bare = parseSections(input.kernel).filter(({ id }) => id !== SECTION_CUSTOM);
  const baked = input.bake?.(bare);
  const kernel = baked ? appendEntries(baked.code, SECTION_DATA, baked.segments) : bare;
  const firstSegment = entryCount(kernel, SECTION_DATA);
  const segments = 1 + segmentCount(input.image.size) + 1;
  const info: BoxInfo = {
    version: BOX_VERSION,
    host: HOST_VERSION,
    firstSegment,
    segments,
    state: false,
    ...(baked && { baked: true }),
  };
  const dataCount = { id: SECTION_DATA_COUNT, bytes: Uint8Array.from(encodeU32(firstSegment + segments)) };
  const code = withSection(addReader(kernel, firstSegment, segments, baked !== undefined), dataCount);
  const out = new CountingSink(sink);
  out.write(WASM_HEADER);
  for (const section of customSections(info, input)) out.write(encodeSection(section));
  for (const section of code) {
    if (section.id === SECTION_CODE && baked) out.write(encodeSection(baked.hints));
    if (section.id !== SECTION_DATA) out.write(encodeSection(section));
  }
  writeData(out, kernel, input, firstSegment + segments, engineOf(code));
}

/** The same for boxes whose memories mean the same. */
function engineOf(code: Section[]): number {
  return xxh32(concat(code.filter(({ id }) => id !== SECTION_DATA).map(encodeSection)));
}

function customSections(info: BoxInfo, input: LinkInput): Section[] {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return [
    customSection(SECTION_BOX, json(info)),
    customSection(SECTION_CONFIG, input.config),
    customSection(SECTION_PROVENANCE, json(input.provenance ?? {})),
  ];
}

class CountingSink {
  readonly #sink: BoxSink;
  position = 0;

  constructor(sink: BoxSink) {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): void {
    this.#sink.write(bytes);
    this.position += bytes.length;
  }

  patch(position: number, bytes: Uint8Array): void {
    this.#sink.patch(position, bytes);
  }

  /** Writes a size that is known later; the returned function fills in the bytes written since. */
  size(): () => void {
    const at = this.position;
    this.write(Uint8Array.from(encodePaddedU32(0)));
    const start = this.position;
    return () => this.#sink.patch(at, Uint8Array.from(encodePaddedU32(this.position - start)));
  }
}

/** The data section: the kernel's own segments, the boot block, the image, and room for a saved memory. */
function writeData(out: CountingSink, kernel: Section[], input: LinkInput, count: number, engine: number): void {
  out.write(Uint8Array.of(SECTION_DATA));
  const endSection = out.size();
  out.write(Uint8Array.from(encodeU32(count)));
  out.write(dataEntries(kernel));
  const places = [...chunkPlaces(input.image.size)];
  const boot = (chunks: Chunk[]) => bootBlock(input.boot, { size: input.image.size, chunks, engine }, 0);
  const bootAt = writePassive(out, boot(places));
  const chunks = writeChunks(out, input, places);
  out.patch(bootAt, boot(chunks));
  writePassive(out, new Uint8Array(0));
  endSection();
}

function dataEntries(kernel: Section[]): Uint8Array {
  const bytes = kernel.find(({ id }) => id === SECTION_DATA)?.bytes ?? Uint8Array.of(0);
  const cursor = new Cursor(bytes);
  cursor.u32();
  return bytes.subarray(cursor.at);
}

/** A passive segment of known contents; returns where they begin. */
function writePassive(out: CountingSink, bytes: Uint8Array): number {
  out.write(concat([Uint8Array.of(1), Uint8Array.from(encodeU32(bytes.length))]));
  out.write(bytes);
  return out.position - bytes.length;
}

/** The segments of the image. Returns where each chunk went. */
function writeChunks(out: CountingSink, input: LinkInput, places: Chunk[]): Chunk[] {
  const encoder = new Lz4Encoder();
  const chunks: Chunk[] = [];
  let endSegment = () => {};
  let segment = 0;
  let start = 0;
  for (const place of places) {
    if (place.segment !== segment) {
      endSegment();
      out.write(Uint8Array.of(1));
      endSegment = out.size();
      segment = place.segment;
      start = out.position;
    }
    const raw = input.image.read(chunks.length * CHUNK_SIZE, place.stored);
    const stored = encoder.encode(raw) ?? raw;
    chunks.push({ segment, offset: out.position - start, stored: stored.length });
    out.write(stored);
    input.onProgress?.(Math.min(chunks.length * CHUNK_SIZE, input.image.size), input.image.size);
  }
  endSegment();
  return chunks;
}
