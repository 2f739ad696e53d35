// The process of a kept box: `node box-process.js ID [--attached]`, started by run-kept.ts. It tells by IPC how far it has come.
import { readFileSync } from 'node:fs';
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { Keeper, type Prepared } from '../runtime/node/boxes/keeper.ts';
import { withChanges } from '../runtime/node/boxes/written.ts';
import { WbxError } from '../errors.ts';
import { limitSentence } from './limit-met.ts';
import { ParsedOptions } from './options.ts';
import { portsOf } from './published-ports.ts';
import { withImageConfig } from './record-of.ts';
import type { Report } from './run-kept.ts';
import { prepareRun, RUN_OPTIONS } from './run.ts';

/** How long we wait for the first system call of the program, and how often we look. */
const FIRST_CALL_MS = 2000;
const LOOK_MS = 5;
/** Clients get that long to take what is left. */
const LINGER_MS = 2000;

// Who has started us has gone.
process.stderr.on('error', () => {});

const [, , id, ...rest] = process.argv;
const boxes = new Boxes();
const { record } = boxes.find(id);
const keeper = new Keeper(boxes, record);

function tell(report: Report): void {
  if (process.connected) process.send?.(report);
}

async function prepare(): Promise<Prepared> {
  const options = new ParsedOptions(RUN_OPTIONS, record.args);
  const { runnable, run } = await prepareRun(options, (found) => withChanges(found, boxes, record), keeper.record);
  keeper.adopt(withImageConfig(keeper.record, runnable.config));
  const onLimit = (limit: number) => keeper.limitMet(limitSentence(limit));
  return { runnable, options: { ...run, onLimit }, ports: portsOf(run.network) };
}

/** The program runs, or cannot be run: then what was printed says why. */
async function tellStarted(): Promise<void> {
  const deadline = Date.now() + FIRST_CALL_MS;
  while (keeper.box && keeper.box.counters.systemCalls === 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const { exitCode, status } = keeper.state;
  const failed = status === 'exited' && (exitCode === 126 || exitCode === 127) && keeper.neverRan;
  tell(failed ? { started: true, status: exitCode, output: printed() } : { started: true });
}

function printed(): string {
  try {
    const lines = readFileSync(boxes.path(id, 'log'), 'utf8').trimEnd().split('\n');
    return lines.map((line) => (JSON.parse(line) as { log: string }).log).join('');
  } catch {
    return '';
  }
}

let told: Promise<void> | undefined;
try {
  const progress = { listening: () => tell({ listening: true }), started: () => (told ??= tellStarted()) };
  process.exitCode = await keeper.run(prepare, progress, rest.includes('--attached'));
} catch (error) {
  const { code, message } = error instanceof WbxError ? error : { code: undefined, message: String(error) };
  tell({ failed: { code, message } });
  process.exitCode = 125;
}
await told;
if (process.connected) process.disconnect();
setTimeout(() => process.exit(), LINGER_MS).unref();
