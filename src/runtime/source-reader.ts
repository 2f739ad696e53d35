// A ByteSource with cancellation and exact sizes. Invariant: no byte is lost; what arrives for a canceled read, or
// beyond what was asked for, is what the next read gets.
import { isPromise, type MaybePromise } from '../box/source.ts';
import type { ByteSource } from './streams.ts';

const EMPTY = new Uint8Array(0);

export class SourceReader {
  readonly #source: ByteSource;
  #left: Uint8Array = EMPTY;
  #arriving: Promise<Uint8Array> | undefined;
  #ended = false;
  /** Counts cancellations: a read whose number has passed gives its bytes back. */
  #generation = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  read(max: number): MaybePromise<Uint8Array> {
    if (this.#left.length > 0) return this.#take(max);
    if (this.#ended) return EMPTY;
    const answer = this.#arriving ?? this.#source.read(max);
    if (!isPromise(answer)) return this.#accept(answer, max);
    this.#arriving = answer;
    return this.#await(answer, max);
  }

  /** The read that is under way will not be waited for. */
  cancel(): void {
    this.#generation++;
  }

  close(): void {
    this.#source.close?.();
  }

  async #await(answer: Promise<Uint8Array>, max: number): Promise<Uint8Array> {
    const generation = this.#generation;
    try {
      const bytes = await answer;
      if (this.#arriving === answer) this.#left = bytes;
      if (bytes.length === 0) this.#ended = true;
    } finally {
      if (this.#arriving === answer) this.#arriving = undefined;
    }
    return generation === this.#generation ? this.#take(max) : EMPTY;
  }

  #accept(bytes: Uint8Array, max: number): Uint8Array {
    this.#ended = bytes.length === 0;
    this.#left = bytes;
    return this.#take(max);
  }

  #take(max: number): Uint8Array {
    const bytes = this.#left.subarray(0, max);
    this.#left = this.#left.subarray(bytes.length);
    return bytes;
  }
}
