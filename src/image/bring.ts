// Brings an image into the store from wherever it is: a name (of the store, else of a registry) or a place on this machine.
import { WbxError } from '../errors.ts';
import { importImage } from './import.ts';
import { loadImages } from './load.ts';
import { ensureImage, type PullPolicy } from './registry/ensure.ts';
import type { Progress } from './registry/progress.ts';
import type { Image, Store } from './store/store.ts';
import { parsePlace, withoutDocker } from './transport.ts';

export async function bringImage(
  store: Store,
  source: string,
  policy: PullPolicy,
  progress: (name: string) => Progress,
): Promise<Image> {
  const place = parsePlace(source);
  if (!place) return ensureImage(store, withoutDocker(source), policy, progress);
  if (place.transport === 'rootfs') return importImage(store, place.path);
  const images = await loadImages(store, place.path);
  if (images.length === 1) return images[0][0];
  const names = images.flatMap(([, each]) => each);
  throw new WbxError(
    'BAD_ARGUMENT',
    `${place.path} holds ${images.length} images; load it and name one: ${names.join(', ')}`,
  );
}
