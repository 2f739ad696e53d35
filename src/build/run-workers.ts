// The threads that run the boxes of RUN steps: as many as the machine has processors, made when they are needed and used again.
// Invariant: a worker has one job at a time; after close() none is left, and all that had waited has been rejected.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ImageBytes } from '../box/image-writer.ts';
import { type ErrorCode, WbxError } from '../errors.ts';
import { kernelModule } from '../runtime/node/engine.ts';
import type { RunJob } from './run-box.ts';

export type ToWorker =
  | { kind: 'job'; job: RunJob; engine: WebAssembly.Module }
  | { kind: 'bytes'; id: number; bytes: Uint8Array };

export type FromWorker =
  | { kind: 'read'; id: number; offset: number; length: number }
  | { kind: 'output'; bytes: Uint8Array }
  | { kind: 'ended'; status: number }
  | { kind: 'failed'; code?: ErrorCode; message: string; stack?: string };

/** Beside this file, bundled or not. */
const PROGRAM = new URL('./run-worker.js', import.meta.url);

export class RunWorkers {
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  /** Told that a worker is idle, or that none will be. */
  readonly #waiting: (() => void)[] = [];
  readonly #signal: AbortSignal;

  /** When the signal is given, running jobs and those that wait are rejected with its reason. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.close());
  }

  /** Runs a box over the image; answers its exit status. */
  async run(job: RunJob, image: ImageBytes, output: (bytes: Uint8Array) => void): Promise<number> {
    const engine = await kernelModule();
    const worker = await this.#take();
    try {
      return await this.#runOn(worker, { kind: 'job', job, engine }, image, output);
    } finally {
      this.#idle.push(worker);
      this.#waiting.shift()?.();
    }
  }

  /** Ends all threads. */
  close(): void {
    for (const worker of this.#all) void worker.terminate();
    this.#all.clear();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #take(): Promise<Worker> {
    while (this.#idle.length === 0 && this.#all.size >= availableParallelism())
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#signal.throwIfAborted();
    const worker = this.#idle.pop() ?? new Worker(PROGRAM);
    this.#all.add(worker);
    return worker;
  }

  #runOn(worker: Worker, order: ToWorker, image: ImageBytes, output: (bytes: Uint8Array) => void): Promise<number> {
    let stop = (): unknown => undefined;
    const status = new Promise<number>((resolve, reject) => {
      const hear = (message: FromWorker): void => {
        if (message.kind === 'output') output(message.bytes);
        else if (message.kind === 'ended') resolve(message.status);
        else if (message.kind === 'failed') reject(errorOf(message));
        else answer(worker, image, message);
      };
      const gone = (): void => reject(this.#signal.aborted ? this.#signal.reason : new Error('a thread has ended'));
      worker.on('message', hear).on('error', reject).on('exit', gone);
      stop = () => worker.off('message', hear).off('error', reject).off('exit', gone);
    });
    worker.postMessage(order);
    return status.finally(() => stop());
  }
}

function answer(
  worker: Worker,
  image: ImageBytes,
  { id, offset, length }: Extract<FromWorker, { kind: 'read' }>,
): void {
  const bytes = image.read(offset, length);
  const message: ToWorker = { kind: 'bytes', id, bytes };
  worker.postMessage(message, [bytes.buffer as ArrayBuffer]);
}

function errorOf({ code, message, stack }: Extract<FromWorker, { kind: 'failed' }>): Error {
  if (code !== undefined) return new WbxError(code, message);
  return Object.assign(new Error(message), { stack });
}
