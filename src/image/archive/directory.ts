// skopeo's `dir:`, what `podman save --format docker-dir` writes: manifest.json is one manifest, blobs lie beside it.
import { WbxError } from '../../errors.ts';
import { checkConfig } from '../config.ts';
import { hexOf, type Digest } from '../digest.ts';
import { checkManifest } from '../manifest.ts';
import type { Manifest } from '../oci.ts';
import { RUNNABLE } from '../platform.ts';
import type { Content } from '../rootfs.ts';
import type { StoredLayer } from '../store/layers.ts';
import type { Image, Store } from '../store/store.ts';
import { type Files, readJson } from './files.ts';

/** The image of such a directory, which has no name; undefined when it is none. */
export async function loadBlobDirectory(store: Store, files: Files): Promise<[Image, string[]][] | undefined> {
  const document = readJson<Manifest>(files, 'manifest.json');
  if (document === undefined || Array.isArray(document)) return undefined;
  const manifest = checkManifest(document, `${files.name}: manifest.json`);
  const configBytes = bytesOf(blob(files, manifest.config.digest));
  const config = checkConfig(
    readJson(files, hexOf(manifest.config.digest)),
    `${files.name}: the image config`,
    RUNNABLE,
  );
  const diffIds = config.rootfs.diff_ids;
  if (manifest.layers.length !== diffIds.length) {
    throw new WbxError('BAD_IMAGE', `${files.name}: manifest and config list different numbers of layers`);
  }
  const layers: StoredLayer[] = [];
  for (const [i, { digest }] of manifest.layers.entries()) {
    const source = blob(files, digest);
    layers.push(await store.layers.add(source, `${files.name}: ${hexOf(digest)}`, { digest, diffId: diffIds[i] }));
  }
  const image = store.adopt(bytesOf(files.get('manifest.json') as Content), configBytes, layers);
  if (image.configDigest === manifest.config.digest) return [[image, []]];
  throw new WbxError('BAD_IMAGE', `${files.name}: the image config is corrupt`);
}

function blob(files: Files, digest: Digest): Content {
  const content = files.get(hexOf(digest));
  if (content) return content;
  throw new WbxError('BAD_IMAGE', `${files.name}: blob ${digest} is missing`);
}

function bytesOf(content: Content): Uint8Array {
  return content.read(0, content.size);
}
