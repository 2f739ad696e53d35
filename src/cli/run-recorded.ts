// What `wbx run --record FILE` does: writes down everything that the box is given, for `wbx replay`.
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { HOST_VERSION } from '../../abi/host.ts';
import { systemCode, WbxError } from '../errors.ts';
import { RunRecorder } from '../replay/recorder.ts';
import type { RunOptions } from '../runtime/node/run.ts';
import type { Runnable } from '../runtime/node/runnable.ts';
import { identityOf } from '../snapshot/delta.ts';
import type { ParsedOptions } from './options.ts';
import type { SavedRun } from './run-saved.ts';

/** Options that do something with a box which its recording cannot do again, or not exactly. */
const UNFIT = ['snapshot-after', 'until', 'strace', 'trace', 'output'];

export async function recorded(runnable: Runnable, options: ParsedOptions, path: string): Promise<SavedRun> {
  const unfit = UNFIT.find((name) => options.has(name));
  if (unfit)
    throw new WbxError('BAD_ARGUMENT', `--record and --${unfit}: give --${unfit} to "wbx replay" or leave it out`);
  if (options.value('tier') === 'jit') {
    throw new WbxError('BAD_ARGUMENT', '--record and --tier jit: a run is recorded by the interpreter');
  }
  if (!runnable.engine) {
    throw new WbxError('BAD_ARGUMENT', '--record needs a box file: make one with "wbx build -o" or "wbx convert -o"');
  }
  const box = await runnable.base();
  const identity = await identityOf(box);
  box.close();
  const [file] = options.rest;
  const base = options.value('base');
  const info = { host: HOST_VERSION, box: resolve(file), base: base && resolve(base), identity };
  const fd = attempt(path, () => openSync(path, 'w', 0o600));
  const write = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; ) done += attempt(path, () => writeSync(fd, bytes, done));
  };
  const recorder: RunOptions['recorder'] = new RunRecorder(info, write);
  return { recorder, tier: 'interp', finish: async () => closeSync(fd) };
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (systemCode(error)) throw new WbxError('IO', `cannot write ${path}: ${(error as Error).message}`, error);
    throw error;
  }
}
