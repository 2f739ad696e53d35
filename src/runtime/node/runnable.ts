// What `run` can run, brought to one shape: a directory, a tree with an image's config, a box file.
import type { BootOptions, ImageLayout } from '../../box/boot-block.ts';
import { bootOptionsOf, type ConfigOverrides } from '../../box/boot-config.ts';
import { overrideBoot } from '../../box/boot-options.ts';
import { readBootOptions } from '../../box/boot-reader.ts';
import { openFile } from '../../box/box-file.ts';
import { rawLayout, rawSource } from '../../box/chunk-places.ts';
import { imageFromChunks, rootfsOfImage } from '../../box/image-reader.ts';
import { imageOf } from '../../box/image-writer.ts';
import { openBox } from '../../box/inspect.ts';
import type { ImageSource } from '../../box/source.ts';
import { WbxError } from '../../errors.ts';
import { rootfsFromDirectory } from '../../image/from-directory.ts';
import type { ContainerConfig } from '../../image/oci.ts';
import type { Rootfs } from '../../image/rootfs.ts';
import { resolveUser } from '../../image/users.ts';

/** What runBox() needs to know of what it runs. */
export interface Runnable {
  layout: ImageLayout;
  image: ImageSource;
  /** Engine of the box; absent = the one of this package. */
  engine?: WebAssembly.Module;
  /** What it starts with when the user says this. */
  bootOptions(overrides: ConfigOverrides): BootOptions;
}

/** A tree and the config it came with. */
export function runnableTree(rootfs: Rootfs, config: ContainerConfig = {}): Runnable {
  const image = imageOf(rootfs);
  return {
    layout: rawLayout(image),
    image: rawSource(image),
    bootOptions: (overrides) => bootOptionsOf(config, rootfs, overrides),
  };
}

/** A directory of this machine. It is only read: what the box writes stays in the box. */
export function runnableDirectory(path: string): Runnable {
  return runnableTree(rootfsFromDirectory(path));
}

/** A box file. Its image is read from the file while the box runs. */
export async function runnableFile(path: string): Promise<Runnable> {
  const { boot, layout, image, engine } = await openBox(openFile(path), path);
  const rootfs = () => rootfsOfImage(imageFromChunks(layout, image));
  return {
    layout,
    image,
    engine: await compile(engine, path),
    bootOptions: (overrides) => overrideBoot(readBootOptions(boot), overrides, (spec) => resolveUser(rootfs(), spec)),
  };
}

async function compile(engine: Uint8Array<ArrayBuffer>, path: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(engine);
  } catch (error) {
    throw new WbxError('BAD_BOX', `${path}: corrupt box: its code is damaged`, error);
  }
}
