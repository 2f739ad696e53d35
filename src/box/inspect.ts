// Opens a box without reading it whole: section headers, the custom sections, the boot block, and where each segment
// lies. Invariant: the engine it gives is the box's own code with its image segments emptied, so that starting it costs
// the same however large the image is.
import {
  BOX_VERSION,
  SECTION_BOX,
  SECTION_CONFIG,
  SECTION_DELTA,
  SECTION_PROVENANCE,
  SECTION_STATE,
} from '../../abi/box.ts';
import { HOST_VERSION } from '../../abi/host.ts';
import { WbxError } from '../errors.ts';
import type { ImageLayout } from './boot-block.ts';
import { readLayout } from './boot-reader.ts';
import { Cursor } from './leb128.ts';
import type { BoxInfo } from './link.ts';
import type { ByteRange, ImageSource, MaybePromise } from './source.ts';
import {
  concat,
  encodeSection,
  isWasm,
  SECTION_BRANCH_HINT,
  SECTION_CUSTOM,
  SECTION_DATA,
  WASM_HEADER,
} from './wasm.ts';

/** An opened box. */
export interface BoxFile {
  info: BoxInfo;
  /** OCI image config. */
  config: unknown;
  provenance: unknown;
  boot: Uint8Array;
  layout: ImageLayout;
  /** The module without its image. */
  engine: Uint8Array<ArrayBuffer>;
  image: ImageSource;
  /** Bytes of each of info.segments. */
  segmentLengths: number[];
  /** A snapshot's saved memory (abi/state.ts). */
  readState(): MaybePromise<Uint8Array>;
}

interface Span {
  offset: number;
  length: number;
}

/** Bytes read to see a header: an id, a size, and a name or the start of a segment. */
const HEADER_WINDOW = 64;
/** A box has a few dozen sections and segments; more than this is not a box. */
const MAX_PARTS = 100_000;

/** Opens a box; throws a WbxError `BAD_BOX` for anything that is not a box this version can run. `name` is for messages. */
export async function openBox(source: ByteRange, name: string): Promise<BoxFile> {
  try {
    return await new Opener(source, name).open();
  } catch (error) {
    if (error instanceof RangeError) throw new WbxError('BAD_BOX', `${name}: truncated or corrupt box`, error);
    throw error;
  }
}

class Opener {
  readonly #source: ByteRange;
  readonly #name: string;
  readonly #custom = new Map<string, Span>();
  readonly #kept: Uint8Array[] = [WASM_HEADER];
  #data: Span | undefined;

  constructor(source: ByteRange, name: string) {
    this.#source = source;
    this.#name = name;
  }

  async open(): Promise<BoxFile> {
    if (!isWasm(await this.#source.read(0, WASM_HEADER.length))) throw this.#bad('not a box: no WebAssembly module');
    await this.#readSections();
    const info = await this.#info();
    const segments = await this.#segments(info);
    const boot = await this.#read(segments[0]);
    return {
      info,
      config: await this.#json(SECTION_CONFIG),
      provenance: await this.#json(SECTION_PROVENANCE),
      boot,
      layout: readLayout(boot),
      engine: concat(this.#kept) as Uint8Array<ArrayBuffer>,
      image: this.#imageSource(segments),
      segmentLengths: segments.map(({ length }) => length),
      readState: () => this.#read(segments.at(-1)!),
    };
  }

  #bad(sentence: string): WbxError {
    return new WbxError('BAD_BOX', `${this.#name}: ${sentence}`);
  }

  async #read({ offset, length }: Span): Promise<Uint8Array> {
    const bytes = await this.#source.read(offset, length);
    if (bytes.length !== length) throw new RangeError('unexpected end');
    return bytes;
  }

  /** The header at `offset`: how much of it there is depends on the file's end. */
  async #header(offset: number): Promise<Cursor> {
    return new Cursor(await this.#source.read(offset, Math.min(HEADER_WINDOW, this.#source.size - offset)));
  }

  /** Notes custom sections, keeps those of the engine, and stops at the data section, which is the last. */
  async #readSections(): Promise<void> {
    let offset = WASM_HEADER.length;
    for (let parts = 0; offset < this.#source.size; parts++) {
      const cursor = await this.#header(offset);
      const id = cursor.u8();
      const length = cursor.u32();
      const content = { offset: offset + cursor.at, length };
      const end = content.offset + length;
      if (end > this.#source.size) throw this.#bad(`truncated box: ${end - this.#source.size} bytes are missing`);
      if (parts > MAX_PARTS) throw this.#bad('corrupt box: too many sections');
      const name = id === SECTION_CUSTOM ? this.#noteCustom(cursor, content) : undefined;
      if (id === SECTION_DATA) this.#data = content;
      else if (id !== SECTION_CUSTOM || name === SECTION_BRANCH_HINT)
        this.#kept.push(encodeSection({ id, bytes: await this.#read(content) }));
      offset = end;
    }
  }

  /** The section's name, if it may be one of ours. */
  #noteCustom(cursor: Cursor, { offset, length }: Span): string | undefined {
    const start = cursor.at;
    const nameLength = cursor.u32();
    if (nameLength > HEADER_WINDOW / 2) return undefined;
    const name = new TextDecoder().decode(cursor.take(nameLength));
    const used = cursor.at - start;
    this.#custom.set(name, { offset: offset + used, length: length - used });
    return name;
  }

  async #json(name: string): Promise<unknown> {
    const span = this.#custom.get(name);
    if (!span) throw this.#bad(`corrupt box: the section ${name} is missing`);
    const text = new TextDecoder().decode(await this.#read(span));
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw this.#bad(`corrupt box: the section ${name} is damaged`);
    }
  }

  async #info(): Promise<BoxInfo> {
    if (this.#custom.has(SECTION_DELTA) || this.#custom.has(SECTION_STATE))
      throw this.#bad('a delta, which needs the box it was taken from');
    if (!this.#custom.has(SECTION_BOX)) throw this.#bad('a WebAssembly module, but not a box');
    const info = (await this.#json(SECTION_BOX)) as BoxInfo;
    if (info.version > BOX_VERSION || info.host > HOST_VERSION) {
      throw this.#bad(`made by a newer wbx (${versions(info)}): update wbx`);
    }
    if (info.version !== BOX_VERSION || info.host !== HOST_VERSION) {
      throw this.#bad(`made by an older wbx (${versions(info)}): build it again`);
    }
    return info;
  }

  /** Where the boot block and the image's segments lie. Keeps a data section that has them empty. */
  async #segments(info: BoxInfo): Promise<Span[]> {
    if (!this.#data) throw this.#bad('corrupt box: it has no data section');
    const spans: Span[] = [];
    const end = this.#data.offset + this.#data.length;
    const first = await this.#imageStart(info);
    for (let offset = first; spans.length < info.segments; ) {
      if (offset >= end) throw this.#bad('corrupt box: segments are missing');
      const cursor = await this.#header(offset);
      if (cursor.u8() !== 1) throw this.#bad('corrupt box: a segment is not passive');
      const length = cursor.u32();
      spans.push({ offset: offset + cursor.at, length });
      offset += cursor.at + length;
      if (offset > end) throw this.#bad('corrupt box: a segment ends outside of its section');
    }
    const head = await this.#read({ offset: this.#data.offset, length: first - this.#data.offset });
    const empty = new Uint8Array(2 * info.segments).map((_, i) => (i % 2 === 0 ? 1 : 0));
    this.#kept.push(encodeSection({ id: SECTION_DATA, bytes: concat([head, empty]) }));
    return spans;
  }

  /** Skips the kernel's own segments; returns where the boot block's segment begins. */
  async #imageStart(info: BoxInfo): Promise<number> {
    let offset = this.#data!.offset;
    const count = await this.#header(offset);
    if (count.u32() !== info.firstSegment + info.segments) throw this.#bad('corrupt box: wrong number of segments');
    offset += count.at;
    for (let i = 0; i < info.firstSegment; i++) {
      const cursor = await this.#header(offset);
      skipSegmentHead(cursor);
      const length = cursor.u32();
      offset += cursor.at + length;
    }
    return offset;
  }

  #imageSource(segments: Span[]): ImageSource {
    return {
      read: (segment, offset, length) => {
        const span = segments[segment];
        if (!span || offset + length > span.length) return new Uint8Array(0);
        return this.#source.read(span.offset + offset, length);
      },
    };
  }
}

/** Mode and, for an active segment, its offset expression `i32.const N end`. */
/** Both versions of a box or a delta beside those of this wbx, for sentences about them. */
export function versions(info: Pick<BoxInfo, 'version' | 'host'>): string {
  return `box format ${info.version}.${info.host}, this wbx knows ${BOX_VERSION}.${HOST_VERSION}`;
}

function skipSegmentHead(cursor: Cursor): void {
  const mode = cursor.u8();
  if (mode === 1) return;
  if (mode !== 0 || cursor.u8() !== 0x41) throw new RangeError('unknown segment');
  cursor.u32();
  if (cursor.u8() !== 0x0b) throw new RangeError('unknown offset expression');
}
