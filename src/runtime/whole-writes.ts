// A sink that takes every write whole and in order, for writers that do not wait for the answer before they write again.
import { isPromise, type MaybePromise } from '../box/source.ts';
import type { ByteSink } from './streams.ts';

export class WholeWrites implements ByteSink {
  readonly #sink: ByteSink;
  #last: Promise<number> | undefined;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): MaybePromise<number> {
    if (this.#last) return this.#after(this.#last, bytes.slice());
    const taken = this.#sink.write(bytes);
    if (!isPromise(taken) && (taken < 0 || taken === bytes.length)) return taken;
    return this.#remember(this.#rest(bytes.slice(), taken));
  }

  #after(last: Promise<number>, bytes: Uint8Array): Promise<number> {
    return this.#remember(last.then(() => this.#rest(bytes, 0)));
  }

  /** Writes what is left of `bytes` once `taken` is known. */
  async #rest(bytes: Uint8Array, taken: MaybePromise<number>): Promise<number> {
    let done = await taken;
    while (done >= 0 && done < bytes.length) {
      const more = await this.#sink.write(bytes.subarray(done));
      if (more < 0) return more;
      done += more;
    }
    return done;
  }

  #remember(answer: Promise<number>): Promise<number> {
    const last = answer
      .catch(() => 0)
      .finally(() => {
        if (this.#last === last) this.#last = undefined;
      });
    this.#last = last;
    return answer;
  }
}
