// Pushes an image of the store: blobs side by side, the manifest last, so that a registry never names what it does not have.
// The manifest goes as it is: an image keeps its digest wherever it goes.
import type { Digest } from '../digest.ts';
import { type Descriptor, MEDIA_MANIFEST } from '../oci.ts';
import { type Reference, repositoryOf, splitRepository } from '../reference.ts';
import type { Image, Store } from '../store/store.ts';
import { inParallel } from './parallel.ts';
import { type LayerState, type Progress, SILENT } from './progress.ts';
import type { Registries } from './registries.ts';
import { uploadBlob } from './upload.ts';

/** As many as Docker. */
const UPLOADS = 5;

export interface Pushed {
  digest: Digest;
  /** Bytes of the manifest. */
  size: number;
}

export async function pushImage(
  store: Store,
  registries: Registries,
  image: Image,
  reference: Reference,
  progress: Progress = SILENT,
): Promise<Pushed> {
  const repository = registries.target(reference);
  const { registry, path } = splitRepository(reference.repository);
  const manifest = store.manifest(image);
  const elsewhere = otherRepositories(store, registry, path);
  const push = async (blob: Descriptor): Promise<void> => {
    const mountFrom = elsewhere.get(blob.digest);
    const onBytes = (done: number): void => progress.layer(blob.digest, 'Pushing', done, blob.size);
    const how = await uploadBlob(repository, blob, store.blobs.path(blob.digest), { mountFrom, onBytes });
    const states: Record<typeof how, LayerState> = {
      exists: 'Layer already exists',
      mounted: `Mounted from ${mountFrom}`,
      pushed: 'Pushed',
    };
    if (blob !== manifest.config) progress.layer(blob.digest, states[how]);
  };
  const layers = [...new Map(manifest.layers.map((layer) => [layer.digest, layer])).values()].filter(isOurs);
  for (const { digest } of layers) progress.layer(digest, 'Preparing');
  await inParallel([...layers, manifest.config], UPLOADS, push);
  const bytes = store.blobs.read(image.digest);
  await repository.putDocument(reference.tag ?? image.digest, bytes, manifest.mediaType ?? MEDIA_MANIFEST);
  return { digest: image.digest, size: bytes.length };
}

/** Foreign layers stay where their licence wants them. */
function isOurs({ mediaType }: Descriptor): boolean {
  return !/\.foreign\.|nondistributable/.test(mediaType);
}

/** Which other repository of a registry has a layer, as far as the names of the store tell: it can be mounted from there. */
function otherRepositories(store: Store, registry: string, path: string): Map<Digest, string> {
  const repositories = new Map<Digest, string>();
  for (const [name, { digest }] of store.names.list()) {
    const other = splitRepository(repositoryOf(name));
    if (other.registry !== registry || other.path === path) continue;
    for (const { layer } of store.tryOpen(digest)?.layers ?? []) repositories.set(layer.digest, other.path);
  }
  return repositories;
}
