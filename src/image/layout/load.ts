// OCI image layout, a directory or a tar of one: index.json -> (index ->) manifest -> config and layers, all blobs by digest.
// OCI image spec, image-layout.md.
import { WbxError } from '../../errors.ts';
import { type Files, readJson } from '../archive/files.ts';
import { checkConfig } from '../config.ts';
import { type Digest, digestOf, hexOf, parseDigest } from '../digest.ts';
import { checkManifest } from '../manifest.ts';
import {
  ANNOTATION_REF_NAME,
  type Descriptor,
  type ImageConfig,
  type Index,
  type Manifest,
  MEDIA_DOCKER_INDEX,
  MEDIA_INDEX,
} from '../oci.ts';
import { isFor, RUNNABLE } from '../platform.ts';
import { normalizeReference } from '../reference.ts';
import type { Content } from '../rootfs.ts';
import type { StoredLayer } from '../store/layers.ts';
import type { Image, Store } from '../store/store.ts';

/** The images of a layout with the names they had; undefined when it is no layout. */
export async function loadLayout(store: Store, files: Files): Promise<[Image, string[]][] | undefined> {
  const index = readJson<Index>(files, 'index.json');
  if (index === undefined) return undefined;
  if (!Array.isArray(index.manifests)) throw new WbxError('BAD_IMAGE', `${files.name}: index.json is no OCI index`);
  const names = new Map<Digest, string[]>();
  const descriptors = new Map<Digest, Descriptor>();
  for (const entry of index.manifests) {
    const descriptor = ourPlatform(files, entry);
    if (!descriptor) continue;
    descriptors.set(descriptor.digest, descriptor);
    names.set(descriptor.digest, [...(names.get(descriptor.digest) ?? []), ...namesOf(entry)]);
  }
  if (descriptors.size === 0) throw new WbxError('BAD_IMAGE', `${files.name} holds no image for linux/amd64`);
  const images: [Image, string[]][] = [];
  for (const descriptor of descriptors.values()) {
    images.push([await loadOne(store, files, descriptor), names.get(descriptor.digest) ?? []]);
  }
  return images;
}

/** Descends through nested indexes to the manifest for linux/amd64. */
function ourPlatform(files: Files, descriptor: Descriptor, depth = 0): Descriptor | undefined {
  const { platform, mediaType } = descriptor;
  if (platform && !RUNNABLE.some((each) => isFor(platform, each))) return undefined;
  if (mediaType !== MEDIA_INDEX && mediaType !== MEDIA_DOCKER_INDEX) return descriptor;
  if (depth > 4) throw new WbxError('BAD_IMAGE', `${files.name}: indexes nested too deep`);
  for (const entry of document<Index>(files, descriptor).manifests ?? []) {
    const found = ourPlatform(files, entry, depth + 1);
    if (found) return found;
  }
  return undefined;
}

async function loadOne(store: Store, files: Files, descriptor: Descriptor): Promise<Image> {
  const manifest = checkManifest(document<Manifest>(files, descriptor), `${files.name}: ${descriptor.digest}`);
  const where = `${files.name}: the image config`;
  const config = checkConfig(document<ImageConfig>(files, manifest.config), where, RUNNABLE);
  const diffIds = config.rootfs.diff_ids;
  if (manifest.layers.length !== diffIds.length) {
    throw new WbxError('BAD_IMAGE', `${files.name}: manifest and config list different numbers of layers`);
  }
  const layers: StoredLayer[] = [];
  for (const [i, layer] of manifest.layers.entries()) {
    const { digest } = layer;
    layers.push(await store.layers.add(blob(files, layer), `${files.name}: ${digest}`, { digest, diffId: diffIds[i] }));
  }
  return store.adopt(blobBytes(files, descriptor), blobBytes(files, manifest.config), layers);
}

function document<T>(files: Files, descriptor: Descriptor): T {
  try {
    return JSON.parse(blobBytes(files, descriptor).toString()) as T;
  } catch (error) {
    if (error instanceof WbxError) throw error;
    throw new WbxError('BAD_IMAGE', `${files.name}: blob ${descriptor.digest} is not JSON`, error);
  }
}

function blobBytes(files: Files, descriptor: Descriptor): Buffer {
  const content = blob(files, descriptor);
  const bytes = Buffer.from(content.read(0, content.size));
  if (digestOf(bytes) === descriptor.digest) return bytes;
  throw new WbxError('BAD_IMAGE', `${files.name}: blob ${descriptor.digest} is corrupt`);
}

function blob(files: Files, descriptor: Descriptor): Content {
  const digest = parseDigest(descriptor?.digest, `${files.name}: a descriptor`);
  const content = files.get(`blobs/sha256/${hexOf(digest)}`);
  if (content) return content;
  throw new WbxError('BAD_IMAGE', `${files.name}: blob ${digest} is missing`);
}

/** `skopeo copy ... oci:DIR:NAME` writes NAME here; some tools write a bare tag, which names nothing. */
function namesOf(descriptor: Descriptor): string[] {
  const full = descriptor.annotations?.['io.containerd.image.name'] ?? descriptor.annotations?.[ANNOTATION_REF_NAME];
  return full?.match(/[:/]/) ? [normalizeReference(full)] : [];
}
