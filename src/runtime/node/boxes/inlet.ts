// Input of a process in a box, from whoever is attached. Invariant: little is held; who sends more is held back until the box reads.
import type { ByteSource } from '../../streams.ts';

const HELD_MAX = 1 << 16;
const END = new Uint8Array(0);

export class Inlet implements ByteSource {
  readonly #held: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #reader: ((bytes: Uint8Array) => void) | undefined;
  #room: (() => void) | undefined;

  read(): Uint8Array | Promise<Uint8Array> {
    const next = this.#held.shift();
    if (next === undefined) return this.#ended ? END : new Promise((resolve) => (this.#reader = resolve));
    this.#size -= next.length;
    this.#room?.();
    return next;
  }

  /** Resolves when more may come. */
  async push(bytes: Uint8Array): Promise<void> {
    if (this.#ended || bytes.length === 0) return;
    if (this.#reader) return this.#answer(bytes);
    this.#held.push(bytes);
    this.#size += bytes.length;
    if (this.#size > HELD_MAX) await new Promise<void>((resolve) => (this.#room = resolve));
  }

  /** There is no more: the end of the file. */
  end(): void {
    this.#ended = true;
    this.#answer(END);
  }

  close(): void {
    this.end();
    this.#room?.();
  }

  #answer(bytes: Uint8Array): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.(bytes);
  }
}
