// A thread that runs boxes of RUN steps, one after the other (run-workers.ts).
import { parentPort } from 'node:worker_threads';
import { WbxError } from '../errors.ts';
import { runJob } from './run-box.ts';
import type { FromWorker, ToWorker } from './run-workers.ts';

const reads = new Map<number, (bytes: Uint8Array) => void>();
let lastRead = 0;

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'job') return void run(message);
  reads.get(message.id)?.(message.bytes);
  reads.delete(message.id);
});

async function run({ job, engine }: Extract<ToWorker, { kind: 'job' }>): Promise<void> {
  try {
    const output = (bytes: Uint8Array) => tell({ kind: 'output', bytes });
    tell({ kind: 'ended', status: await runJob(job, { engine, read, output }) });
  } catch (error) {
    const { message, stack } = error as Error;
    tell({ kind: 'failed', code: error instanceof WbxError ? error.code : undefined, message, stack });
  }
}

/** Contents of files are read by the thread that builds, which knows where they are. */
function read(offset: number, length: number): Promise<Uint8Array> {
  const id = ++lastRead;
  tell({ kind: 'read', id, offset, length });
  return new Promise((resolve) => reads.set(id, resolve));
}

function tell(message: FromWorker): void {
  parentPort?.postMessage(message);
}
