// Making boxes by the library: where there is a file system and processes, so not in a page.
import { buildImage, type BuildOptions } from '../build/build.ts';
import { linkImage } from '../build/link-image.ts';
import { bringImage } from '../image/bring.ts';
import { SILENT } from '../image/registry/progress.ts';
import { Store } from '../image/store/store.ts';

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
