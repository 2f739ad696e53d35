// Starting boxes in a page.
import { openReach } from '../runtime/browser/reach.ts';
import { scheduler } from '../runtime/browser/scheduler.ts';
import { type BoxSource, openSource } from '../runtime/browser/source.ts';
import type { RunningBox } from './running-box.ts';
import { openWith, startOpened, type StartOptions } from './start.ts';

/**
 * Starts a box, or goes on with a snapshot: its bytes, a Blob, or a URL, which is read as far as it is needed.
 *
 * @example
 * const box = await start(new URL('app.wasm', location.href), { stdout: (bytes) => terminal.write(bytes) });
 */
export async function start(source: BoxSource, options: StartOptions = {}): Promise<RunningBox> {
  return startOpened(await openWith({ scheduler, open: openSource, reach: openReach }, source), options);
}
