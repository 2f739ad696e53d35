// docker-archive, what `docker save` writes: manifest.json names for each image its config, its tags and its layer tars.
// moby, image/spec/v1.2.md.
import { WbxError } from '../../errors.ts';
import { checkConfig } from '../config.ts';
import { RUNNABLE } from '../platform.ts';
import { normalizeReference } from '../reference.ts';
import type { StoredLayer } from '../store/layers.ts';
import type { Image, Store } from '../store/store.ts';
import { type Files, readJson } from './files.ts';

interface SavedImage {
  Config: string;
  RepoTags?: string[] | null;
  Layers: string[];
}

/** The images of an archive with the names they had; undefined when it is no docker-archive. */
export async function loadDockerArchive(store: Store, files: Files): Promise<[Image, string[]][] | undefined> {
  const saved = readJson<SavedImage[]>(files, 'manifest.json');
  if (saved === undefined) return undefined;
  if (!Array.isArray(saved)) throw new WbxError('BAD_IMAGE', `${files.name}: manifest.json is not a list of images`);
  const images: [Image, string[]][] = [];
  for (const entry of saved) {
    images.push([await loadOne(store, files, entry), (entry.RepoTags ?? []).map(normalizeReference)]);
  }
  return images;
}

async function loadOne(store: Store, files: Files, entry: SavedImage): Promise<Image> {
  const config = checkConfig(readJson(files, String(entry.Config)), `${files.name}: ${entry.Config}`, RUNNABLE);
  const diffIds = config.rootfs.diff_ids;
  if (!Array.isArray(entry.Layers) || entry.Layers.length !== diffIds.length) {
    throw new WbxError('BAD_IMAGE', `${files.name}: the config lists ${diffIds.length} layers, manifest.json others`);
  }
  const layers: StoredLayer[] = [];
  for (const [i, path] of entry.Layers.entries()) {
    const content = files.get(path);
    if (!content) throw new WbxError('BAD_IMAGE', `${files.name}: layer ${path} is missing`);
    layers.push(await store.layers.add(content, `${files.name}: ${path}`, { diffId: diffIds[i] }));
  }
  return store.put(config, layers);
}
