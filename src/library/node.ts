// Starting boxes in Node, Bun and Deno.
import { openFile } from '../box/open-file.ts';
import { rangeOf } from '../box/source.ts';
import { scheduler } from '../runtime/node/scheduler.ts';
import type { RunningBox } from './running-box.ts';
import { openWith, startOpened, type StartOptions } from './start.ts';

/** A box: the path of its file, or its bytes. */
export type BoxSource = string | Uint8Array;

/**
 * Starts a box, or goes on with a snapshot. Throws a WbxError: `NOT_FOUND`, `BAD_BOX`, `BAD_ARGUMENT`.
 *
 * @example
 * const box = await start('app.wasm', { stdout: (bytes) => process.stdout.write(bytes) });
 * const { status } = await box.exit;
 */
export async function start(source: BoxSource, options: StartOptions = {}): Promise<RunningBox> {
  const open = (from: BoxSource) => (typeof from === 'string' ? openFile(from) : rangeOf(from));
  return startOpened(await openWith({ scheduler, open }, source), options);
}
