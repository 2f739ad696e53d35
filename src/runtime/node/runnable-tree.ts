// A file system tree as something to run: its image is made in memory and served from where the files lie.
import { bootOptionsOf } from '../../box/boot-config.ts';
import { rawLayout, rawSource } from '../../box/chunk-places.ts';
import { imageOf } from '../../box/image-writer.ts';
import { rootfsFromDirectory } from '../../image/from-directory.ts';
import type { ContainerConfig } from '../../image/oci.ts';
import type { Rootfs } from '../../image/rootfs.ts';
import type { Runnable } from './runnable.ts';

/** A tree and the config it came with. */
export function runnableTree(rootfs: Rootfs, config: ContainerConfig = {}): Runnable {
  const image = imageOf(rootfs);
  return {
    layout: rawLayout(image),
    image: rawSource(image),
    bootOptions: async (overrides) => bootOptionsOf(config, rootfs, overrides),
  };
}

/** A directory of this machine. It is only read: what the box writes stays in the box. */
export function runnableDirectory(path: string): Runnable {
  return runnableTree(rootfsFromDirectory(path));
}
