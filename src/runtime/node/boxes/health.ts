// Health checks: a command that runs in the box every so often; its status says how the box is. Docker's HEALTHCHECK.
// Invariant: one check at a time; the failures of the start period do not count.
import type { HealthOptions, HealthState } from './record.ts';

/** Results that are kept. */
const LOG_MAX = 5;

/** How one check went; `exitCode` -1 = it took too long. */
export interface CheckResult {
  exitCode: number;
  output: string;
}

export class HealthMonitor {
  readonly #options: HealthOptions;
  readonly #check: (command: string[], timeout: number) => Promise<CheckResult>;
  readonly #changed: (health: HealthState, before: HealthState['status']) => void;
  readonly #begin = Date.now();
  readonly #health: HealthState = { status: 'starting', failingStreak: 0, log: [] };
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    options: HealthOptions,
    check: (command: string[], timeout: number) => Promise<CheckResult>,
    changed: (health: HealthState, before: HealthState['status']) => void,
  ) {
    this.#options = options;
    this.#check = check;
    this.#changed = changed;
    this.#schedule();
  }

  get state(): HealthState {
    return this.#health;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#run(), this.#options.interval);
  }

  async #run(): Promise<void> {
    const { command, timeout } = this.#options;
    const start = new Date().toISOString();
    const result = await this.#check(command, timeout).catch((error: Error) => ({
      exitCode: -1,
      output: error.message,
    }));
    if (this.#stopped) return;
    this.#health.log = [...this.#health.log, { start, end: new Date().toISOString(), ...result }].slice(-LOG_MAX);
    this.#judge(result.exitCode === 0);
    this.#schedule();
  }

  #judge(good: boolean): void {
    const before = this.#health.status;
    const { startPeriod, retries } = this.#options;
    const starting = before === 'starting' && Date.now() - this.#begin < startPeriod;
    if (good) Object.assign(this.#health, { status: 'healthy', failingStreak: 0 });
    else if (!starting && ++this.#health.failingStreak >= retries) this.#health.status = 'unhealthy';
    this.#changed(this.#health, before);
  }
}
