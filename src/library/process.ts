// A process that was started in a running box beside the first one.
import type { Box } from '../runtime/box.ts';
import type { GuestProcess } from '../runtime/processes.ts';
import { type Signal, signalNumber } from './signals.ts';
import type { Collected } from '../runtime/web-streams.ts';

/** How a process ended, and what it printed where no output was named for it. */
export interface ProcessResult {
  /** As a shell shows it: 128 + n is death by signal n. */
  status: number;
  stdout: string;
  stderr: string;
}

export class Process {
  /** Its number in the box. */
  readonly pid: number;
  /** Its status, as soon as it has ended; children may still print. */
  readonly exit: Promise<number>;
  /** Once all its output has come, also that of children who inherited it. */
  readonly result: Promise<ProcessResult>;
  readonly #box: Box;

  constructor(
    box: Box,
    started: GuestProcess,
    collected: { stdout: Collected; stderr: Collected },
    signal?: AbortSignal,
  ) {
    this.#box = box;
    this.pid = started.pid;
    const abort = () => this.kill('SIGKILL');
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    this.exit = started.exit.finally(() => signal?.removeEventListener('abort', abort));
    this.result = Promise.all([started.exit, started.outputEnd]).then(([status]) => {
      return { status, stdout: collected.stdout.text(), stderr: collected.stderr.text() };
    });
  }

  /** Sends a signal; false when the process has ended. */
  kill(signal: Signal): boolean {
    return this.#box.signal(this.pid, signalNumber(signal));
  }
}
