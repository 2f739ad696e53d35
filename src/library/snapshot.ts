// A snapshot as the library shows it: a value, from which boxes can be started as often as one likes.
import { deltaOf } from '../snapshot/delta.ts';
import { type Moment, sizeOf } from '../snapshot/moment.ts';
import { snapshotBox } from '../snapshot/snapshot-box.ts';
import type { RunningBox } from './running-box.ts';
import { goOn, type GoOnOptions, type Opened } from './start.ts';

/**
 * A saved box.
 *
 * @example
 * const warm = box.snapshot();
 * const answers = await Promise.all(requests.map(async () => (await warm.start()).exec(['python3', '-c', code]).result));
 */
export class Snapshot {
  readonly #opened: Opened;
  readonly #memory: Moment;

  constructor(opened: Opened, memory: Moment) {
    this.#opened = opened;
    this.#memory = memory;
  }

  /** Bytes of memory it holds. */
  get size(): number {
    return sizeOf(this.#memory);
  }

  /** One more box that goes on from here. */
  start(options: GoOnOptions = {}): Promise<RunningBox> {
    return goOn(this.#opened, this.#memory, options);
  }

  /** The bytes of a box file that goes on from here, in every engine. */
  toBox(): ReadableStream<Uint8Array> {
    const parts = snapshotBox(this.#opened.file, this.#memory);
    return new ReadableStream({
      pull: async (controller) => {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
  }

  /** The bytes of a delta: what differs from the box file that it runs from. */
  toDelta(): Promise<Uint8Array> {
    return deltaOf(this.#opened.file, this.#memory);
  }
}
