// Waiting without polling: until a time has passed or somebody wakes us, whichever is first.
// Invariant: a wake-up that comes while nobody sleeps is remembered until `clear`.

/** setTimeout's longest delay. A pending timer also keeps a Node process alive while a box waits for a signal alone. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export class Alarm {
  #woken = false;
  #end: (() => void) | undefined;

  get woken(): boolean {
    return this.#woken;
  }

  clear(): void {
    this.#woken = false;
  }

  wake(): void {
    this.#woken = true;
    this.#end?.();
  }

  /** Sleeps for at most `milliseconds`. False when there was nothing to wait for: we had been woken, or no time is left. */
  async sleep(milliseconds = MAX_TIMEOUT_MS): Promise<boolean> {
    if (this.#woken || milliseconds <= 0) return false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#end?.(), Math.ceil(Math.min(milliseconds, MAX_TIMEOUT_MS)));
      this.#end = () => {
        clearTimeout(timer);
        this.#end = undefined;
        resolve();
      };
    });
    return true;
  }
}
