// Writes a box file and says so: what `wbx build` and `wbx convert` end with.
import { statSync } from 'node:fs';
import { linkImage } from '../build/link-image.ts';
import type { ProgressSink } from '../build/progress/progress.ts';
import type { Rootfs } from '../image/rootfs.ts';
import type { Image } from '../image/store/store.ts';
import type { LinkInput } from '../box/link.ts';
import type { Runnable } from '../runtime/node/runnable.ts';
import { runnableTree } from '../runtime/node/runnable-tree.ts';
import { parseSize } from './size.ts';
import { formatSize } from './table.ts';

export const TRAIN_HELP =
  'run that in the box, by its shell or as a JSON array, and translate into the box what gets hot';
export const TRAIN_SIZE_HELP = 'how much translated code the box may hold (default: 4m)';

/** What is translated ahead of time. */
export interface TrainFlags {
  /** Commands. */
  train?: string[];
  /** Bytes of code at most. */
  trainSize?: string;
}

/** `rootfs` is the image's, folded; `log` is told what was written. */
export async function exportBox(
  image: Image,
  rootfs: Rootfs,
  path: string,
  flags: TrainFlags = {},
  log: ProgressSink = process.stderr,
): Promise<void> {
  const config = image.config.config ?? {};
  const bake = flags.train && (await trained(runnableTree(rootfs, config), flags.train, flags.trainSize, log));
  linkImage(image, rootfs, path, { train: flags.train, bake });
  log.write(`wrote ${path} (${formatSize(statSync(path).size)})\n`);
}

async function trained(
  runnable: Runnable,
  commands: string[],
  size: string | undefined,
  log: ProgressSink,
): Promise<LinkInput['bake']> {
  const { train } = await import('../runtime/node/train.ts');
  const output = {
    write: (bytes: Uint8Array) => {
      log.write(Buffer.from(bytes).toString());
      return bytes.length;
    },
  };
  const { bake, regions } = await train(runnable, { commands, maxBytes: parseSize(size), output });
  log.write(`trained: ${regions} regions are translated ahead of time\n`);
  return bake;
}
