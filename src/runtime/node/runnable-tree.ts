// A file system tree as something to run: its image is made in memory and served from where the files lie.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootOptionsOf } from '../../box/boot-config.ts';
import { rawLayout, rawSource } from '../../box/chunk-places.ts';
import { writeBox } from '../../box/box-file.ts';
import { imageOf } from '../../box/image-writer.ts';
import { type BoxFile, openBox } from '../../box/inspect.ts';
import { openFile } from '../../box/open-file.ts';
import { rootfsFromDirectory } from '../../image/from-directory.ts';
import type { ContainerConfig } from '../../image/oci.ts';
import type { Rootfs } from '../../image/rootfs.ts';
import { kernelBytes } from './engine.ts';
import type { Runnable } from './runnable.ts';
import { withWasmLoader } from './wasm-loader.ts';

/** A tree and the config it came with. */
export function runnableTree(rootfs: Rootfs, config: ContainerConfig = {}): Runnable {
  const tree = withWasmLoader(rootfs, config);
  const image = imageOf(tree);
  return {
    layout: rawLayout(image),
    image: rawSource(image),
    base: () => linkedTree(tree, config),
    rootfs: async () => rootfs,
    config,
    exposed: Object.keys(config.ExposedPorts ?? {}),
    bootOptions: async (overrides) => bootOptionsOf(config, rootfs, overrides),
  };
}

/** The tree as a box in a temporary file. What it would boot with does not matter to a snapshot. */
async function linkedTree(rootfs: Rootfs, config: ContainerConfig): Promise<BoxFile & { close(): void }> {
  const directory = mkdtempSync(join(tmpdir(), 'wbx-'));
  const path = join(directory, 'base.wasm');
  try {
    writeBox(path, {
      kernel: kernelBytes(),
      image: imageOf(rootfs),
      boot: { argv: [] },
      config: new TextEncoder().encode(JSON.stringify({ config })),
    });
    const file = openFile(path);
    return { ...(await openBox(file, path)), close: () => file.close() };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A directory of this machine. It is only read: what the box writes stays in the box. */
export function runnableDirectory(path: string): Runnable {
  return runnableTree(rootfsFromDirectory(path));
}
