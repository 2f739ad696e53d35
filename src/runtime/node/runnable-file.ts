// A box file as something to run. Invariant: starting it reads its head and what its program touches; nothing is loaded
// that only some starts need, since starting is what a box is measured by.
import { overrideBoot } from '../../box/boot-options.ts';
import { readBootOptions } from '../../box/boot-reader.ts';
import { type BoxFile, openBox } from '../../box/inspect.ts';
import { openFile } from '../../box/open-file.ts';
import type { ByteRange } from '../../box/source.ts';
import { WbxError } from '../../errors.ts';
import type { ContainerConfig, ImageConfig } from '../../image/oci.ts';
import type { Rootfs } from '../../image/rootfs.ts';
import type { User } from '../../image/users.ts';
import type { Moment } from '../../snapshot/moment.ts';
import type { Runnable } from './runnable.ts';
import { checkLate, heedBranchHints } from './tier-up.ts';

/** Opens a box file. Its image is read from the file while the box runs. */
export function runnableFile(path: string): Promise<Runnable> {
  return runnableBytes(openFile(path), path);
}

/** A box wherever its bytes are; `name` is for messages. */
export async function runnableBytes(source: ByteRange, name: string): Promise<Runnable> {
  return runnableBox(await openBox(source, name), name);
}

/** A box that has been opened; `saved` in place of its own memory. */
async function runnableBox(box: BoxFile, name: string, saved?: () => Promise<Moment>): Promise<Runnable> {
  if (box.info.baked) {
    checkLate();
    heedBranchHints();
  }
  return {
    saved: saved ?? (box.info.state ? () => savedIn(box) : undefined),
    base: async () => ({ ...box, close: () => {} }),
    layout: box.layout,
    image: box.image,
    engine: await compile(box.engine, name),
    config: configOf(box.config),
    exposed: exposedBy(box.config),
    rootfs: () => rootfsOf(box),
    bootOptions: (overrides) => overrideBoot(readBootOptions(box.boot), overrides, (spec) => userOf(box, spec)),
  };
}

/** An image's, or what somebody else has put there. */
function configOf(config: unknown): ContainerConfig {
  return (config as Partial<ImageConfig> | undefined)?.config ?? {};
}

function exposedBy(config: unknown): string[] {
  const ports = configOf(config).ExposedPorts;
  return typeof ports === 'object' && ports ? Object.keys(ports) : [];
}

/** A delta beside the box it was taken from. */
export async function runnableDelta(path: string, base: string): Promise<Runnable> {
  const file = openFile(path);
  const delta = await file.read(0, file.size);
  file.close();
  const box = await openBox(openFile(base), base);
  return runnableBox(box, base, async () => (await import('../../snapshot/delta.ts')).applyDelta(box, delta));
}

async function savedIn(box: BoxFile): Promise<Moment> {
  const { readMoment } = await import('../../snapshot/state.ts');
  return readMoment(box);
}

async function userOf(box: BoxFile, spec: string): Promise<User> {
  const { resolveUser } = await import('../../image/users.ts');
  return resolveUser(await rootfsOf(box), spec);
}

async function rootfsOf({ layout, image }: BoxFile): Promise<Rootfs> {
  const { imageFromChunks, rootfsOfImage } = await import('../../box/image-reader.ts');
  return rootfsOfImage(imageFromChunks(layout, image));
}

async function compile(engine: Uint8Array<ArrayBuffer>, name: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(engine);
  } catch (error) {
    throw new WbxError('BAD_BOX', `${name}: corrupt box: its code is damaged`, error);
  }
}
