// A growing little-endian byte buffer, written in order or at known places.

const utf8 = new TextEncoder();

export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  /** Appends `count` zero bytes and returns where they begin. */
  skip(count: number): number {
    const at = this.length;
    const needed = at + count;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.length = needed;
    return at;
  }

  /** Appends zeros up to a multiple of `boundary`. */
  align(boundary: number): void {
    this.skip((boundary - (this.length % boundary)) % boundary);
  }

  put(bytes: Uint8Array): number {
    const at = this.skip(bytes.length);
    this.#bytes.set(bytes, at);
    return at;
  }

  /** Appends a NUL-terminated string. */
  putCString(text: string): number {
    const at = this.put(utf8.encode(text));
    this.skip(1);
    return at;
  }

  putU16(value: number): void {
    this.setU16(this.skip(2), value);
  }

  putU32(value: number): void {
    this.setU32(this.skip(4), value);
  }

  /** Appends many at once: tables of thousands of numbers are written at every start of a box. */
  putU32s(values: Uint32Array): void {
    const at = this.skip(values.length * 4);
    for (let i = 0; i < values.length; i++) this.#view.setUint32(at + i * 4, values[i], true);
  }

  setU8(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  setU16(at: number, value: number): void {
    this.#view.setUint16(at, value, true);
  }

  setU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /** `value` may be negative; it is an integer below 2^53. */
  setU64(at: number, value: number): void {
    this.#view.setBigInt64(at, BigInt(value), true);
  }

  /** What was written so far; shares memory with the writer. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
