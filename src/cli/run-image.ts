// An image as something to run: pulled when the store does not have it; unpacked when it is a box that was pushed as one.
import { boxOf } from '../box/oci-image.ts';
import { RUNNABLE } from '../image/platform.ts';
import { ensureImage, parsePullPolicy } from '../image/registry/ensure.ts';
import { Store } from '../image/store/store.ts';
import type { Runnable } from '../runtime/node/runnable.ts';
import { runnableBytes } from '../runtime/node/runnable-file.ts';
import { runnableTree } from '../runtime/node/runnable-tree.ts';
import { transferProgress } from './transfer.ts';

/** `pull` is the value of --pull. */
export async function runnableImage(name: string, pull: string): Promise<Runnable> {
  const store = new Store();
  const progress = (wanted: string) => {
    process.stderr.write(`Unable to find image "${wanted}" locally\n`);
    return transferProgress(process.stderr);
  };
  const image = await ensureImage(store, name, parsePullPolicy(pull), progress, RUNNABLE);
  const rootfs = await store.rootfs(image.layers);
  const box = boxOf(image.config, rootfs);
  return box ? runnableBytes(box, name) : runnableTree(rootfs, image.config.config);
}
