// `wbx load`: an archive or layout, whichever it is, into the store, all of it or nothing.
import { WbxError } from '../errors.ts';
import { loadBlobDirectory } from './archive/directory.ts';
import { loadDockerArchive } from './archive/docker.ts';
import { openFiles } from './archive/files.ts';
import { loadLayout } from './layout/load.ts';
import type { Image, Store } from './store/store.ts';

/** Gives each image with the names it got: those of the source, or `name` when the source has one image. */
export function loadImages(store: Store, source: string, name?: string): Promise<[Image, string[]][]> {
  return store.adding(async () => {
    const files = openFiles(source);
    // Docker's archives since version 25 are both; only the layout keeps the digest of the manifest.
    const images =
      (await loadBlobDirectory(store, files)) ??
      (await loadLayout(store, files)) ??
      (await loadDockerArchive(store, files));
    if (!images)
      throw new WbxError(
        'BAD_IMAGE',
        `${source} is neither a docker-archive nor an OCI layout; to make an image of a root file system, use "wbx import"`,
      );
    if (name !== undefined && images.length !== 1) {
      throw new WbxError('BAD_ARGUMENT', `${source} holds ${images.length} images; one name does not fit them`);
    }
    for (const [image] of images) await store.rootfs(image.layers);
    const named: [Image, string[]][] = images.map(([image, names]) => [image, name === undefined ? names : [name]]);
    for (const [image, names] of named) {
      for (const each of names) await store.tag(image, each);
      if (names.length === 0) await store.tag(image);
    }
    return named;
  });
}
