// wbx replay: a recorded run once more, bit for bit, to its end or to any instruction.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HOST_VERSION } from '../../abi/host.ts';
import { systemCode, WbxError } from '../errors.ts';
import { EventReader } from '../replay/recording.ts';
import { replay } from '../replay/replay.ts';
import { runnableDelta, runnableFile } from '../runtime/node/runnable-file.ts';
import { writeSnapshot } from '../runtime/node/snapshot-file.ts';
import { fdSink } from '../runtime/node/streams.ts';
import { identityOf } from '../snapshot/delta.ts';
import { newCommand, runCommand } from './command.ts';
import { formatSize } from './table.ts';

interface ReplayFlags {
  box?: string;
  output?: string;
  quiet?: boolean;
  until?: string;
}

async function show(path: string, flags: ReplayFlags): Promise<number> {
  const events = new EventReader(read(path));
  const { info } = events;
  if (info.host !== HOST_VERSION) {
    throw new WbxError('BAD_RECORDING', `${path} was made by another wbx (version ${info.host} of the host interface)`);
  }
  const box = flags.box ?? info.box;
  const runnable = info.base === undefined ? await runnableFile(box) : await runnableDelta(box, info.base);
  const base = await runnable.base();
  if ((await identityOf(base)) !== info.identity) {
    throw new WbxError('BAD_RECORDING', `${path} is of another box than ${box}: name that one with --box`);
  }
  base.close();
  const until = flags.until === undefined ? undefined : wholeNumber(flags.until);
  const sinks = flags.quiet ? [] : [undefined, fdSink(1), fdSink(2)];
  const moment = await runnable.saved?.();
  const { image } = runnable;
  const written: Promise<unknown>[] = [];
  const print = (stream: number, bytes: Uint8Array) => {
    const taken = sinks[stream]?.write(bytes.slice());
    if (taken instanceof Promise) written.push(taken);
  };
  const result = await replay({ engine: runnable.engine!, events, image, moment, until, print });
  await Promise.all(written);
  process.stderr.write(`replayed ${result.instructions} instructions; the memory is ${hex(result.fingerprint)}\n`);
  if (flags.output !== undefined) {
    const size = await writeSnapshot(result.save(), runnable.base, { path: resolve(flags.output) });
    process.stderr.write(`wrote ${flags.output} (${formatSize(size)})\n`);
  }
  return result.status ?? 0;
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error)) throw new WbxError('NOT_FOUND', `cannot read ${path}: ${(error as Error).message}`, error);
    throw error;
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new WbxError('BAD_ARGUMENT', `--until ${text}: give a whole number`);
  return Number(text);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

export async function main(args: string[]): Promise<number> {
  let status = 0;
  const command = newCommand('replay', 'Run a recorded run again, bit for bit. It needs nothing but the box.', [
    'wbx run --record crash.rec -p 8080:80 app.wasm',
    'wbx replay crash.rec',
    'wbx replay --until 1000000000 -o before.wasm crash.rec',
  ])
    .argument('<file>', 'what "wbx run --record" has written')
    .option('--box <file>', 'the box, if it is not where it was')
    .option('-o, --output <file>', 'write a snapshot of the end, which goes on by itself')
    .option('-q, --quiet', 'do not print again what was printed')
    .option('--until <n>', 'end at instruction n')
    .action(async (path: string, flags: ReplayFlags) => {
      status = await show(path, flags);
    });
  await runCommand(command, args);
  return status;
}
