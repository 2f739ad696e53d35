// A box's share of the host's CPU, as a period and a quota like those of Linux's control groups: what is used up in a period waits
// for the next one.
const PERIOD_MS = 100;

export class CpuQuota {
  readonly #quota: number;
  readonly #usage: () => number;
  #begin = 0;
  #used = 0;
  #last: number;

  /** `cpus` is below 1; `usage` answers the milliseconds of CPU time of this process. */
  constructor(cpus: number, usage: () => number) {
    this.#quota = cpus * PERIOD_MS;
    this.#usage = usage;
    this.#last = usage();
  }

  /** The box has run until now; answers for how long it must wait, in milliseconds. */
  ran(now: number): number {
    if (now - this.#begin >= PERIOD_MS) {
      // What was used beyond the quota counts against the periods since.
      const periods = this.#begin === 0 ? 1 : Math.floor((now - this.#begin) / PERIOD_MS);
      this.#used = Math.max(0, this.#used - periods * this.#quota);
      this.#begin = this.#begin === 0 ? now : this.#begin + periods * PERIOD_MS;
    }
    const usage = this.#usage();
    this.#used += usage - this.#last;
    this.#last = usage;
    return this.#used < this.#quota
      ? 0
      : Math.max(0, this.#begin + PERIOD_MS * Math.floor(this.#used / this.#quota) - now);
  }
}
