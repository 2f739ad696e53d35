// The budget of one resume, steered by the time the last ones took so that it lasts about a slice.

/** Milliseconds between two turns of the event loop: half a frame of a page at 60 Hz. */
export const SLICE_MS = 8;
const FIRST = 200_000;
const MIN = 10_000;
const MAX = 20_000_000;

/** Says how far a box may run before the host has its turn. */
export interface Gauge {
  readonly amount: number;
  spent(milliseconds: number): void;
}

export class Fuel implements Gauge {
  #amount = FIRST;

  /** Guest instructions to run. */
  get amount(): number {
    return this.#amount;
  }

  /** The whole budget was spent in this time. */
  spent(milliseconds: number): void {
    const factor = Math.min(2, Math.max(0.25, SLICE_MS / Math.max(milliseconds, 0.1)));
    this.#amount = Math.round(Math.min(MAX, Math.max(MIN, this.#amount * factor)));
  }
}
