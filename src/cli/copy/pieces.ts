// Bytes that arrive by callback, for somebody who waits for them.
import type { ByteSink } from '../../runtime/streams.ts';

export class Pieces implements AsyncIterable<Uint8Array>, ByteSink {
  readonly #held: Uint8Array[] = [];
  #ended = false;
  #wake = () => {};

  write(bytes: Uint8Array): number {
    this.#held.push(bytes.slice());
    this.#wake();
    return bytes.length;
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#held.shift();
      if (next) yield next;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
