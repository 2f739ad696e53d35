// What a run of a box was given, as bytes: everything that crosses from its host into it, in order. Played back against the same box it
// gives the same run, since an engine has no other inputs.
//
// File: MAGIC, then chunks: length u32, XXH32 u32, bytes. The first chunk is JSON (RecordingInfo), the others hold events one behind
// the other: an EVENT_* and what belongs to it. Numbers are LEB128; EVENT_END is the last event.
import { xxh32 } from '../box/xxh32.ts';
import { WbxError } from '../errors.ts';

export const MAGIC = 'wbxplay1';
export const EVENT_CALL = 1; // index in CALLS, number of arguments, each 0 and a number, or 1 and a u64
export const EVENT_WRITE = 2; // ptr, bytes: what a call finds in memory
export const EVENT_CLOCK = 3; // u64
export const EVENT_RANDOM = 4; // bytes
export const EVENT_COMPLETION = 5; // id of the request, result, value0, bytes at its ptr
export const EVENT_RETIRED = 6; // instructions retired by the resume before, which the replay must have retired, too
export const EVENT_END = 7; // XXH32 of all memory

/** Exports of a box that a host calls, by their numbers in recordings. */
export const CALLS = [
  'wbx_alloc',
  'wbx_boot',
  'wbx_resume',
  'wbx_kick',
  'wbx_spawn',
  'wbx_signal',
  'wbx_thaw',
  'wbx_clock',
] as const;

export interface RecordingInfo {
  /** HOST_VERSION */
  host: number;
  /** Path of the box, and for a delta of its base. */
  box: string;
  base?: string;
  /** identityOf() the box. */
  identity: string;
}

/** Values of events, appended to a growing array. */
export class EventWriter {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written since the last call. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** Up to 2^53. */
  number(value: number): void {
    this.#reserve(8);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  /** Of 32 bits; small ones of either sign are short. */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  u64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, BigInt.asUintN(64, value), true);
    this.#length += 8;
  }

  bytes(bytes: Uint8Array): void {
    this.number(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export function chunk(bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(8 + bytes.length);
  const view = new DataView(all.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint32(4, xxh32(bytes), true);
  all.set(bytes, 8);
  return all;
}

/** Reads events front to back. Everything that cannot be so is a WbxError. */
export class EventReader {
  readonly info: RecordingInfo;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(file: Uint8Array) {
    const chunks = chunksOf(file);
    this.info = infoOf(chunks.shift());
    this.#bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
    let end = 0;
    for (const each of chunks) {
      this.#bytes.set(each, end);
      end += each.length;
    }
    if (this.#bytes.at(-5) !== EVENT_END) throw damaged('its end is missing: the run was killed, or the file cut off');
  }

  /** Of the next event, or the end of the bytes. */
  next(): number {
    return this.#at < this.#bytes.length ? this.#bytes[this.#at++] : 0;
  }

  /** Steps over the next event if it is of that kind. */
  accept(event: number): boolean {
    if (this.#bytes[this.#at] !== event) return false;
    this.#at++;
    return true;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 56; factor *= 0x80) {
      if (this.#at >= this.#bytes.length) break;
      const byte = this.#bytes[this.#at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw damaged('a number does not end');
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  u64(): bigint {
    return this.#fixed(8).getBigUint64(0, true);
  }

  u32(): number {
    return this.#fixed(4).getUint32(0, true);
  }

  bytes(): Uint8Array {
    const length = this.number();
    if (length > this.#bytes.length - this.#at) throw damaged('there is less than it should hold');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #fixed(length: number): DataView {
    if (length > this.#bytes.length - this.#at) throw damaged('there is less than it should hold');
    this.#at += length;
    return new DataView(this.#bytes.buffer, this.#at - length, length);
  }
}

function chunksOf(file: Uint8Array): Uint8Array[] {
  if (new TextDecoder('latin1').decode(file.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new WbxError('BAD_RECORDING', 'this is no recording of "wbx run --record", or one of another version');
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: Uint8Array[] = [];
  for (let at = MAGIC.length; at < file.length; ) {
    const length = at + 8 <= file.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (length > file.length - at - 8) throw damaged('it is cut off: the run was killed, or the copy is not complete');
    const bytes = file.subarray(at + 8, at + 8 + length);
    if (xxh32(bytes) !== view.getUint32(at + 4, true)) throw damaged('a checksum does not match');
    chunks.push(bytes);
    at += 8 + length;
  }
  return chunks;
}

function infoOf(bytes: Uint8Array | undefined): RecordingInfo {
  try {
    const info = JSON.parse(new TextDecoder().decode(bytes)) as Partial<RecordingInfo>;
    const { host, box, identity, base } = info;
    if (typeof host === 'number' && typeof box === 'string' && typeof identity === 'string') {
      return { host, box, identity, base: typeof base === 'string' ? base : undefined };
    }
  } catch {}
  throw damaged('it does not say which box it is of');
}

export function damaged(why: string): WbxError {
  return new WbxError('BAD_RECORDING', `the recording is damaged: ${why}`);
}
