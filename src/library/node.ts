// Starting boxes in Node, Bun and Deno.
import { openFile } from '../box/open-file.ts';
import { rangeOf } from '../box/source.ts';
import { imageFromChunks, rootfsOfImage } from '../box/image-reader.ts';
import type { BoxFile } from '../box/inspect.ts';
import { resolveUser, type User } from '../image/users.ts';
import { openReach } from '../runtime/node/reach.ts';
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
  return startOpened(await openWith({ scheduler, open, reach: openReach, userOf }, source), options);
}

function userOf({ layout, image }: BoxFile, spec: string): User {
  return resolveUser(rootfsOfImage(imageFromChunks(layout, image)), spec);
}
