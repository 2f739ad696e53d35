// LZ4 blocks (the block format of lz4.org, lz4_Block_format.md): our own encoder with hash chains, and a decoder.
// Invariant: decode(encode(x)) = x for every x of up to 64 KiB; the decoder never reads or writes outside its arrays.

const MIN_MATCH = 4;
/** The last five bytes are literals, and no match starts in the last twelve. */
const LAST_LITERALS = 5;
const MATCH_LIMIT = 12;
const HASH_BITS = 15;
/** Positions tried for a match. 64 KiB chunks of executables gain under 1% from more. */
const MAX_ATTEMPTS = 24;
/** A match this long is taken without looking further. */
const NICE_MATCH = 96;
const MAX_BLOCK = 65536;
const NONE = 0xffff;
/** Below, a loop is faster than a call that copies. */
const SHORT = 48;

/** Largest size that encoding `length` bytes can give. */
function bound(length: number): number {
  return length + Math.ceil(length / 255) + 16;
}

/** Encodes blocks; holds tables that are used again for the next block. */
export class Lz4Encoder {
  readonly #heads = new Uint16Array(1 << HASH_BITS);
  readonly #previous = new Uint16Array(MAX_BLOCK);
  readonly #out = new Uint8Array(bound(MAX_BLOCK));
  #source: Uint8Array = new Uint8Array(0);
  #next = 0;
  #length = 0;
  #offset = 0;

  /** One block, or undefined when it would not be smaller than `source`. The result is valid until the next call. */
  encode(source: Uint8Array): Uint8Array | undefined {
    if (source.length > MAX_BLOCK) throw new RangeError('block too big');
    this.#source = source;
    this.#heads.fill(NONE);
    this.#next = 0;
    let anchor = 0;
    let out = 0;
    const limit = source.length - MATCH_LIMIT;
    for (let at = 0; at <= limit; ) {
      if (!this.#findMatch(at)) {
        at += 1 + ((at - anchor) >> 6); // search less and less in what does not compress
        continue;
      }
      at = this.#preferLater(at, limit);
      out = this.#sequence(out, anchor, at, this.#length, this.#offset);
      at += this.#length;
      anchor = at;
    }
    out = this.#lastLiterals(out, anchor);
    return out < source.length ? this.#out.subarray(0, out) : undefined;
  }

  /** Lazy matching: a longer match at the next byte wins. */
  #preferLater(at: number, limit: number): number {
    while (this.#length < NICE_MATCH && at < limit) {
      const length = this.#length;
      const offset = this.#offset;
      if (!this.#findMatch(at + 1) || this.#length <= length) {
        this.#length = length;
        this.#offset = offset;
        break;
      }
      at++;
    }
    return at;
  }

  /** Longest match for the bytes at `at` into #length and #offset; false when there is none. */
  #findMatch(at: number): boolean {
    this.#insertUpTo(at);
    const source = this.#source;
    const end = source.length - LAST_LITERALS;
    let best = MIN_MATCH - 1;
    let candidate = this.#heads[this.#hash(at)];
    for (let left = MAX_ATTEMPTS; candidate !== NONE && left > 0; left--) {
      if (source[candidate + best] === source[at + best]) {
        const length = matchLength(source, candidate, at, end);
        if (length > best) {
          best = length;
          this.#offset = at - candidate;
          if (length >= NICE_MATCH) break;
        }
      }
      candidate = this.#previous[candidate];
    }
    this.#length = best;
    return best >= MIN_MATCH;
  }

  #insertUpTo(at: number): void {
    for (; this.#next < at; this.#next++) {
      const hash = this.#hash(this.#next);
      this.#previous[this.#next] = this.#heads[hash];
      this.#heads[hash] = this.#next;
    }
  }

  #hash(at: number): number {
    const s = this.#source;
    const word = s[at] | (s[at + 1] << 8) | (s[at + 2] << 16) | (s[at + 3] << 24);
    return Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
  }

  #sequence(out: number, from: number, to: number, length: number, offset: number): number {
    const at = this.#literals(out, from, to, Math.min(15, length - MIN_MATCH));
    this.#out[at] = offset;
    this.#out[at + 1] = offset >> 8;
    return length - MIN_MATCH < 15 ? at + 2 : this.#extend(at + 2, length - MIN_MATCH - 15);
  }

  #lastLiterals(out: number, from: number): number {
    return this.#literals(out, from, this.#source.length, 0);
  }

  #literals(out: number, from: number, to: number, matchNibble: number): number {
    const count = to - from;
    this.#out[out] = (Math.min(15, count) << 4) | matchNibble;
    const at = count < 15 ? out + 1 : this.#extend(out + 1, count - 15);
    for (let i = 0; i < count; i++) this.#out[at + i] = this.#source[from + i];
    return at + count;
  }

  #extend(out: number, rest: number): number {
    let at = out;
    let left = rest;
    for (; left >= 255; left -= 255) this.#out[at++] = 255;
    this.#out[at++] = left;
    return at;
  }
}

function matchLength(source: Uint8Array, a: number, b: number, end: number): number {
  let length = 0;
  while (b + length < end && source[a + length] === source[b + length]) length++;
  return length;
}

/** Decodes one block of exactly `size` bytes. Throws a RangeError when the block is corrupt. */
export function decodeLz4(block: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  let to = 0;
  const extend = (length: number): number => {
    let total = length;
    if (length === 15) {
      let byte: number;
      do {
        if (at >= block.length) throw corrupt();
        byte = block[at++];
        total += byte;
      } while (byte === 255);
    }
    return total;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = extend(token >> 4);
    if (at + literals > block.length || to + literals > size) throw corrupt();
    if (literals < SHORT) for (let i = 0; i < literals; i++) out[to + i] = block[at + i];
    else out.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === block.length) break;
    if (at + 2 > block.length) throw corrupt();
    const offset = block[at] | (block[at + 1] << 8);
    at += 2;
    const length = extend(token & 15) + MIN_MATCH;
    if (offset === 0 || offset > to || to + length > size) throw corrupt();
    repeat(out, to, offset, length);
    to += length;
  }
  if (to !== size) throw corrupt();
  return out;
}

/** Copies what lies `offset` before `to`, which may reach into what is being written. */
function repeat(out: Uint8Array, to: number, offset: number, length: number): void {
  if (length < SHORT) {
    for (let i = to; i < to + length; i++) out[i] = out[i - offset];
    return;
  }
  for (let done = 0; done < length; ) {
    const part = Math.min(length - done, offset + done);
    out.copyWithin(to + done, to - offset, to - offset + part);
    done += part;
  }
}

function corrupt(): RangeError {
  return new RangeError('corrupt LZ4 block');
}
