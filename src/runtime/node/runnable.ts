// What `run` can run, brought to one shape: a directory, a tree that was put together, a box file.
import type { BootOptions, ImageLayout } from '../../box/boot-block.ts';
import { openFile } from '../../box/box-file.ts';
import { bootOfConfig, overrideBoot, type BootOverrides } from '../../box/boot-options.ts';
import { readBootOptions } from '../../box/boot-reader.ts';
import { rawLayout, rawSource } from '../../box/chunk-places.ts';
import { imageFromChunks, rootfsOfImage } from '../../box/image-reader.ts';
import { imageOf } from '../../box/image-writer.ts';
import { openBox } from '../../box/inspect.ts';
import type { ImageSource } from '../../box/source.ts';
import { WbxError } from '../../errors.ts';
import { rootfsFromDirectory } from '../../image/from-directory.ts';
import type { ContainerConfig } from '../../image/oci.ts';
import type { Rootfs } from '../../image/rootfs.ts';
import { resolveUser } from '../../image/user.ts';

/** Everything runBox() needs to know of what it runs. */
export interface Runnable {
  boot: BootOptions;
  layout: ImageLayout;
  image: ImageSource;
  /** Engine of the box; absent = the one of this package. */
  engine?: WebAssembly.Module;
  /** The file system, for looking up users. */
  rootfs(): Rootfs;
}

/** A tree and the config it came with. */
export function runnableTree(rootfs: Rootfs, config: ContainerConfig = {}): Runnable {
  const image = imageOf(rootfs);
  const boot = bootOfConfig(config, rootfs);
  return { boot, layout: rawLayout(image), image: rawSource(image), rootfs: () => rootfs };
}

/** A directory of this machine. It is only read: what the box writes stays in the box. */
export function runnableDirectory(path: string): Runnable {
  return runnableTree(rootfsFromDirectory(path));
}

/** A box file. Its image is read from the file while the box runs. */
export async function runnableFile(path: string): Promise<Runnable> {
  const { boot, layout, image, engine } = await openBox(openFile(path), path);
  return {
    boot: readBootOptions(boot),
    layout,
    image,
    engine: await compile(engine, path),
    rootfs: () => rootfsOfImage(imageFromChunks(layout, image)),
  };
}

async function compile(engine: Uint8Array<ArrayBuffer>, path: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(engine);
  } catch (error) {
    throw new WbxError('BAD_BOX', `${path}: corrupt box: its code is damaged`, error);
  }
}

/** The same with what the user of `run` says; `user` is as for `docker run -u`. */
export function withOverrides(runnable: Runnable, overrides: BootOverrides, user?: string): Runnable {
  const resolved = user === undefined ? undefined : resolveUser(runnable.rootfs(), user);
  return { ...runnable, boot: overrideBoot(runnable.boot, { ...overrides, user: resolved }) };
}
