// Making boxes by the library: where there is a file system and processes, so not in a page.
import { boxBootOptions } from '../box/boot-config.ts';
import { writeBox } from '../box/box-file.ts';
import { imageOf } from '../box/image-writer.ts';
import { buildImage, type BuildOptions } from '../build/build.ts';
import { bringImage } from '../image/bring.ts';
import { SILENT } from '../image/registry/progress.ts';
import type { Rootfs } from '../image/rootfs.ts';
import { type Image, Store } from '../image/store/store.ts';
import { kernelBytes } from '../runtime/node/engine.ts';

/** What to build: `context` is a directory, URL or git reference; see `wbx build --help` for the rest. */
export type BuildRequest = Omit<BuildOptions, 'store' | 'progress'> & Partial<Pick<BuildOptions, 'store' | 'progress'>>;

/** Builds a Dockerfile into the box file `output`. Throws a WbxError: `BAD_DOCKERFILE`, `RUN_FAILED`, `NOT_FOUND`, ... */
export async function build(request: BuildRequest, output: string): Promise<void> {
  const { image, rootfs } = await buildImage({ store: new Store(), progress: NO_LOG, ...request });
  linkImage(image, await rootfs(), output);
}

/** Makes the box file `output` of any image: a name, or `oci:`, `docker-archive:`, `rootfs:` ... and a path. */
export async function convert(source: string, output: string): Promise<void> {
  const store = new Store();
  const image = await bringImage(store, source, 'missing', () => SILENT);
  linkImage(image, await store.rootfs(image.layers), output);
}

const NO_LOG = { write: () => true };

function linkImage(image: Image, rootfs: Rootfs, path: string): void {
  writeBox(path, {
    kernel: kernelBytes(),
    image: imageOf(rootfs),
    boot: boxBootOptions(image.config.config ?? {}, rootfs),
    config: new TextEncoder().encode(JSON.stringify(image.config)),
    provenance: { image: image.digest },
  });
}
