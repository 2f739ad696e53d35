// `wbx save`: images as archives and directories that other tools read. An archive is an OCI layout and a docker-archive at
// once, as Docker's own since version 25: both name the same blobs, so manifests keep their digests.
import { type Digest, hexOf } from '../digest.ts';
import { contentOfFile } from '../files.ts';
import { ANNOTATION_REF_NAME, type Descriptor, type Index, MEDIA_INDEX, MEDIA_MANIFEST } from '../oci.ts';
import { familiarName } from '../reference.ts';
import { type Content, contentOf } from '../rootfs.ts';
import type { Image, Store } from '../store/store.ts';

/** Where the files of an archive go: a tar, a directory. Each path comes once. */
export interface FileSink {
  add(path: string, content: Content): void;
  end(): void;
}

/** An image with the full names it is to have there. */
export type NamedImage = [Image, string[]];

const CONTAINERD_NAME = 'io.containerd.image.name';

/** Writes an OCI layout, and with `docker` the manifest.json that makes it a docker-archive too. */
export function saveImages(store: Store, images: NamedImage[], sink: FileSink, docker: boolean): void {
  const blobs = new Map<Digest, number>();
  for (const [image] of images) {
    blobs.set(image.digest, store.blobs.read(image.digest).length);
    const { config, layers } = store.manifest(image);
    for (const { digest, size } of [config, ...layers]) blobs.set(digest, size);
  }
  const json = (path: string, value: unknown): void => sink.add(path, contentOf(Buffer.from(JSON.stringify(value))));
  json('oci-layout', { imageLayoutVersion: '1.0.0' });
  json('index.json', indexOf(store, images));
  if (docker)
    json(
      'manifest.json',
      images.map((each) => dockerEntry(store, each)),
    );
  for (const [digest, size] of blobs) sink.add(pathOf(digest), contentOfFile(store.blobs.path(digest), size));
  sink.end();
}

/** skopeo's `dir:`: the manifest, and blobs by their digits. One image. */
export function saveDirectory(store: Store, image: Image, sink: FileSink): void {
  const { config, layers } = store.manifest(image);
  sink.add('version', contentOf(Buffer.from('Directory Transport Version: 1.1\n')));
  sink.add('manifest.json', contentOf(store.blobs.read(image.digest)));
  const blobs = new Map([config, ...layers].map(({ digest, size }) => [digest, size]));
  for (const [digest, size] of blobs) sink.add(hexOf(digest), contentOfFile(store.blobs.path(digest), size));
  sink.end();
}

function indexOf(store: Store, images: NamedImage[]): Index {
  const manifests = images.flatMap(([image, names]) => {
    const descriptor: Descriptor = {
      mediaType: store.manifest(image).mediaType ?? MEDIA_MANIFEST,
      digest: image.digest,
      size: store.blobs.read(image.digest).length,
    };
    const named = names.map((name) => ({
      ...descriptor,
      annotations: { [CONTAINERD_NAME]: name, [ANNOTATION_REF_NAME]: name },
    }));
    return named.length > 0 ? named : [descriptor];
  });
  return { schemaVersion: 2, mediaType: MEDIA_INDEX, manifests };
}

/** Docker lists tags only: a name by digest is none. */
function dockerEntry(store: Store, [image, names]: NamedImage): object {
  const { config, layers } = store.manifest(image);
  const RepoTags = names.filter((name) => !name.includes('@')).map(familiarName);
  return { Config: pathOf(config.digest), RepoTags, Layers: layers.map(({ digest }) => pathOf(digest)) };
}

function pathOf(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}
