// A box linked into memory: for small boxes, and where there are no files.
import type { BoxSink } from './link.ts';
import { ByteWriter } from './byte-writer.ts';

export class MemorySink implements BoxSink {
  readonly #out = new ByteWriter();

  write(bytes: Uint8Array): void {
    this.#out.put(bytes);
  }

  patch(position: number, bytes: Uint8Array): void {
    this.#out.bytes().set(bytes, position);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#out.bytes() as Uint8Array<ArrayBuffer>;
  }
}
