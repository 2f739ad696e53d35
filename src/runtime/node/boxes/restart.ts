// When a box is started again, and how long we wait before: twice as long each time, from the beginning once it ran for a while.
// docker run --restart.
import type { RestartPolicy } from './record.ts';

const FIRST_MS = 100;
const LONGEST_MS = 60_000;
/** A run of this length was a success. */
const GOOD_RUN_MS = 10_000;

export class Restarts {
  #delay = FIRST_MS;
  count = 0;

  /** Milliseconds to wait; undefined = it stays as it is. */
  next(policy: RestartPolicy, status: number, ranFor: number): number | undefined {
    if (ranFor >= GOOD_RUN_MS) this.#delay = FIRST_MS;
    if (!this.#wanted(policy, status)) return undefined;
    const delay = this.#delay;
    this.#delay = Math.min(this.#delay * 2, LONGEST_MS);
    this.count++;
    return delay;
  }

  #wanted({ name, maximum }: RestartPolicy, status: number): boolean {
    if (name === 'no') return false;
    if (name !== 'on-failure') return true;
    return status !== 0 && (maximum === 0 || this.count < maximum);
  }
}
