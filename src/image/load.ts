// `wbx load`: an archive or layout, whichever it is, into the store, all of it or nothing.
import { statSync } from 'node:fs';
import { WbxError } from '../errors.ts';
import { loadBlobDirectory } from './archive/directory.ts';
import { loadDockerArchive } from './archive/docker.ts';
import { type Files, openFiles } from './archive/files.ts';
import { compressionOf, decompress } from './compression.ts';
import { OpenFile } from './files.ts';
import { loadLayout } from './layout/load.ts';
import type { Image, Store } from './store/store.ts';

/** Gives each image with the names it got: those of the source, or `name` when the source has one image. */
export function loadImages(store: Store, source: string, name?: string): Promise<[Image, string[]][]> {
  return store.adding(() =>
    withoutCompression(store, source, async (path) => {
      const images = await readImages(store, openFiles(path, source));
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
    }),
  );
}

/** Docker's archives since version 25 are layouts too; only as such do manifests keep their digests. */
async function readImages(store: Store, files: Files): Promise<[Image, string[]][]> {
  const images =
    (await loadBlobDirectory(store, files)) ??
    (await loadLayout(store, files)) ??
    (await loadDockerArchive(store, files));
  if (images) return images;
  const advice = 'to make an image of a root file system, use "wbx import"';
  throw new WbxError('BAD_IMAGE', `${files.name} is neither a docker-archive nor an OCI layout; ${advice}`);
}

/** Members are read at random, which compression does not allow: for the time being there is an uncompressed copy. */
async function withoutCompression<T>(store: Store, source: string, use: (path: string) => Promise<T>): Promise<T> {
  if (!statSync(source, { throwIfNoEntry: false })?.isFile()) return use(source);
  const file = new OpenFile(source);
  try {
    const how = compressionOf(file);
    if (how === 'none') return await use(source);
    const copy = await store.blobs.writer().filled((write) => decompress(file, how, write, source));
    try {
      return await use(copy.path);
    } finally {
      copy.abort();
    }
  } finally {
    file.close();
  }
}
