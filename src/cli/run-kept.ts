// `wbx run` of a box that other commands can reach: it runs in a process of its own, and this one, without -d, is its
// first client.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { emitEvent } from '../runtime/node/boxes/events.ts';
import { type BoxRecord, NEVER } from '../runtime/node/boxes/record.ts';
import { type ErrorCode, WbxError } from '../errors.ts';
import { attachTo } from './attach-client.ts';
import type { ParsedOptions } from './options.ts';
import { recordOf } from './record-of.ts';

/** Beside this file, bundled or not. */
const BOX_PROCESS = fileURLToPath(new URL('./box-process.js', import.meta.url));

/** What the process of a box says to who has started it. */
export type Report =
  | { listening: true }
  | { started: true; status?: number; output?: string }
  | { failed: { code?: ErrorCode; message: string } };

export async function runKept(options: ParsedOptions): Promise<number> {
  const boxes = new Boxes();
  const record = createBox(boxes, options);
  const detach = options.has('detach');
  try {
    if (detach) {
      const status = await startDetached(record);
      console.log(record.id);
      return status;
    }
    return await startAttached(record, options.value('detach-keys'), options.value('sig-proxy') !== 'false');
  } catch (error) {
    // What could not even begin leaves nothing behind.
    if (boxes.state(record.id)?.startedAt === NEVER) boxes.remove(record);
    throw error;
  }
}

/** Makes the record, without starting anything. */
export function createBox(boxes: Boxes, options: ParsedOptions): BoxRecord {
  const cidfile = options.value('cidfile');
  if (cidfile !== undefined && existsSync(cidfile)) {
    throw new WbxError('BAD_ARGUMENT', `${cidfile} exists already: remove it, or the box that it names is lost`);
  }
  const record = boxes.create(options.value('name'), recordOf(options));
  if (cidfile !== undefined) writeFileSync(cidfile, record.id);
  emitEvent(boxes, record, 'create');
  return record;
}

/** Resolves when its program runs; with the status when that could not be started. */
export async function startDetached(record: BoxRecord): Promise<number> {
  const box = launch(record, []);
  const { status, output } = await box.until('started');
  if (status) process.stderr.write(output ?? '');
  box.leave();
  return status ?? 0;
}

/** Runs it with the streams of this process; the status of its program, or 0 when the user has detached. */
export async function startAttached(record: BoxRecord, keys: string | undefined, proxy: boolean): Promise<number> {
  const box = launch(record, ['--attached']);
  await box.until('listening');
  const attached = attachTo(record, { keys, proxy, input: record.interactive, holds: true });
  const failed = box.failure.then((error) => {
    throw error;
  });
  const status = await Promise.race([attached, failed]);
  box.leave();
  return status;
}

/** A process that outlives this one. */
function launch(record: BoxRecord, options: string[]) {
  const child = spawn(process.execPath, [BOX_PROCESS, record.id, ...options], {
    cwd: record.directory,
    detached: true,
    // Not our own stderr: who waits for the end of that must not wait for the box.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.stderr?.pipe(process.stderr, { end: false });
  const reports: Report[] = [];
  let heard = () => {};
  let fail: (error: WbxError) => void = () => {};
  const failure = new Promise<WbxError>((resolve) => (fail = resolve));
  let dead = false;
  child.on('message', (report: Report) => {
    if ('failed' in report) fail(new WbxError(report.failed.code ?? 'IO', report.failed.message));
    reports.push(report);
    heard();
  });
  child.once('exit', () => {
    dead = true;
    heard();
  });
  const until = async (what: 'listening' | 'started') => {
    for (;;) {
      const found = reports.find((report) => what in report);
      if (found) return found as { status?: number; output?: string };
      if (reports.some((report) => 'failed' in report)) throw await failure;
      if (dead) throw new WbxError('IO', `the process of the box ${record.name} has died`);
      await new Promise<void>((resolve) => (heard = resolve));
    }
  };
  const leave = () => {
    if (child.connected) child.disconnect();
    child.stderr?.destroy();
    child.unref();
  };
  return { until, failure, leave };
}
