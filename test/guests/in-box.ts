// Runs a guest program in a box. A box that hangs or panics ends one case: the cases behind it run in further boxes.
import { Worker } from 'node:worker_threads';
import { kernelModule } from '../../src/runtime/node/engine.ts';
import type { Job, Message } from './box-worker.ts';
import { type CaseOutput, casesOf, type Outcome } from './outcome.ts';
import type { Binary } from './programs.ts';

/** Without output for this long a box hangs: check.h ends a case earlier when the box still can. */
const SILENCE_MS = 30_000;
/** A kernel that stops in every case is not asked for all of them. */
const MAX_BOXES = 40;

export interface BoxRun {
  cases: CaseOutput[];
  /** Exit status of the last box, or what went wrong with it. */
  status: number | string;
}

/** All the cases named, in as many boxes as it takes. */
export async function runInBoxes(binary: Binary, names: string[], strace = false): Promise<BoxRun> {
  const cases: CaseOutput[] = [];
  let left = names;
  for (let boxes = 0; ; boxes++) {
    const outcome = await runInBox(binary, left, strace);
    const seen = casesOf(outcome);
    cases.push(...seen);
    const last = seen.at(-1);
    if (last && !last.finished) last.stdout += `(box: ${outcome.status})\n`;
    left = left.slice(seen.length);
    if (left.length === 0 || seen.length === 0 || boxes === MAX_BOXES) return { cases, status: outcome.status };
  }
}

async function runInBox(binary: Binary, cases: string[], strace: boolean): Promise<Outcome> {
  const job: Job = { engine: await kernelModule(), binary, cases, strace };
  const worker = new Worker(new URL('./box-worker.js', import.meta.url), { workerData: job });
  const chunks: Record<1 | 2, Uint8Array[]> = { 1: [], 2: [] };
  const status = await new Promise<number | string>((done) => {
    const silent = () => done('hangs');
    let timer = setTimeout(silent, SILENCE_MS);
    worker.on('message', (message: Message) => {
      clearTimeout(timer);
      if ('status' in message) return done(message.status);
      timer = setTimeout(silent, SILENCE_MS);
      chunks[message.stream].push(message.bytes);
    });
    worker.on('error', (error) => done(`worker: ${error.message}`));
  });
  await worker.terminate();
  const text = (stream: 1 | 2) => Buffer.concat(chunks[stream]).toString('latin1');
  return { stdout: text(1), stderr: text(2), status };
}
