// Reads a stream of bytes in pieces of the reader's choice. Invariant: no more than LINE_MAX bytes are held for a line.
import { concat } from '../../../box/wasm.ts';

const LINE_MAX = 65536;

export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** A line without its end; undefined at the end of the stream. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) return new TextDecoder('latin1').decode(this.#take(end + 1)).replace(/\r?\n$/, '');
      if (this.#rest.length > LINE_MAX) throw new Error('a line is too long');
      if (!(await this.#more())) return undefined;
    }
  }

  /** Exactly so many bytes. */
  async exactly(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let left = length; left > 0; left -= parts.at(-1)!.length) {
      if (this.#rest.length === 0 && !(await this.#more())) throw new Error('cut off');
      parts.push(this.#take(Math.min(left, this.#rest.length)));
    }
    return concat(parts) as Uint8Array<ArrayBuffer>;
  }

  /** Nobody reads any more. */
  cancel(): Promise<void> {
    return this.#reader.cancel();
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) return false;
    const joined = new Uint8Array(this.#rest.length + value.length);
    joined.set(this.#rest);
    joined.set(value, this.#rest.length);
    this.#rest = joined;
    return true;
  }
}
