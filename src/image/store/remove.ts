// `wbx rmi`: takes a name away and removes the blobs that no image needs any more.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WbxError } from '../../errors.ts';
import { hexOf } from '../digest.ts';
import type { Manifest } from '../oci.ts';
import { familiarName, normalizeReference } from '../reference.ts';
import type { Store } from './store.ts';

/** Gives the names and digests that are gone, in Docker's words. A digest is refused while it has several names. */
export async function removeImage(store: Store, name: string): Promise<string[]> {
  const image = store.find(name);
  if (!image) throw new WbxError('NOT_FOUND', `no image "${name}" in the local store`);
  const named = [...store.names.list()].filter(([, { digest }]) => digest === image.digest).map(([full]) => full);
  const wanted = named.filter((full) => full === safeNormalize(name));
  if (wanted.length === 0 && named.length > 1) {
    throw new WbxError(
      'BAD_ARGUMENT',
      `image ${name} has several names: ${named.map(familiarName).join(', ')}; remove those`,
    );
  }
  const gone = wanted.length > 0 ? wanted : named;
  for (const full of gone) await store.names.delete(full);
  const lines = gone.map((full) => `Untagged: ${familiarName(full)}`);
  if (gone.length === named.length) lines.push(`Deleted: ${image.digest}`);
  prune(store);
  return lines;
}

/** Removes every blob that neither an image nor a step of the build cache needs. */
function prune(store: Store): void {
  const needed = new Set<string>();
  for (const { digest } of store.names.list().values()) {
    const manifest = JSON.parse(store.blobs.read(digest).toString()) as Manifest;
    const image = store.find(digest);
    for (const each of [digest, manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)])
      needed.add(hexOf(each));
    for (const { diffId } of image?.layers ?? []) needed.add(hexOf(diffId));
  }
  for (const digest of store.steps.layers()) needed.add(hexOf(digest));
  sweep(join(store.directory, 'blobs', 'sha256'), needed);
  sweep(join(store.directory, 'layers'), needed);
}

function sweep(directory: string, needed: Set<string>): void {
  if (!existsSync(directory)) return;
  for (const file of readdirSync(directory, { withFileTypes: true })) {
    if (!needed.has(file.name.replace(/\.tar$/, ''))) rmSync(join(directory, file.name));
  }
}

function safeNormalize(name: string): string | undefined {
  try {
    return normalizeReference(name);
  } catch {
    return undefined;
  }
}
