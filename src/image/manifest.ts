// Checks manifests and indexes that came from outside: as far as we rely on them, they are what the OCI image spec says.
import { WbxError } from '../errors.ts';
import { parseDigest } from './digest.ts';
import {
  type Descriptor,
  type Index,
  type Manifest,
  MEDIA_CONFIG,
  MEDIA_DOCKER_CONFIG,
  MEDIA_DOCKER_INDEX,
  MEDIA_INDEX,
} from './oci.ts';

/** Docker stops at 127; nobody needs as many as this, and each costs files and requests. */
const MAX_LAYERS = 500;
const MAX_ENTRIES = 4096;
const MAX_CONFIG = 8 << 20;

export function isIndex(mediaType: string | undefined, document: unknown): boolean {
  const type = (document as Index).mediaType ?? mediaType;
  return type === MEDIA_INDEX || type === MEDIA_DOCKER_INDEX;
}

/** `where` is what errors call the document. */
export function parseDocument(bytes: Uint8Array, where: string): unknown {
  try {
    const document: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document;
  } catch {
    // Told below.
  }
  throw new WbxError('BAD_IMAGE', `${where} is not a JSON object`);
}

export function checkIndex(document: unknown, where: string): Index {
  const index = document as Index;
  if (!Array.isArray(index.manifests)) throw new WbxError('BAD_IMAGE', `${where} is no image index`);
  if (index.manifests.length > MAX_ENTRIES) throw tooMany(where, index.manifests.length, 'entries', MAX_ENTRIES);
  for (const entry of index.manifests) checkDescriptor(entry, where);
  return index;
}

/** A manifest of an image that is made of layers; artifacts of other kinds are refused. */
export function checkManifest(document: unknown, where: string): Manifest {
  const manifest = document as Manifest;
  if ((document as { schemaVersion?: unknown }).schemaVersion === 1) {
    throw new WbxError(
      'UNSUPPORTED',
      `${where} has schema version 1, which went out of use in 2017; push the image again`,
    );
  }
  if (!manifest.config || !Array.isArray(manifest.layers)) {
    throw new WbxError('BAD_IMAGE', `${where} is no image manifest`);
  }
  checkDescriptor(manifest.config, where);
  const { mediaType, size } = manifest.config;
  if (mediaType !== MEDIA_CONFIG && mediaType !== MEDIA_DOCKER_CONFIG) {
    throw new WbxError('UNSUPPORTED', `${where} is not an image but an artifact with a config of type ${mediaType}`);
  }
  if (size > MAX_CONFIG)
    throw new WbxError('BAD_IMAGE', `${where} has a config of ${size} bytes; ${MAX_CONFIG} are enough`);
  if (manifest.layers.length > MAX_LAYERS) throw tooMany(where, manifest.layers.length, 'layers', MAX_LAYERS);
  for (const layer of manifest.layers) checkDescriptor(layer, where);
  return manifest;
}

function checkDescriptor(descriptor: Descriptor | null | undefined, where: string): void {
  parseDigest(descriptor?.digest, where);
  if (!Number.isSafeInteger(descriptor?.size) || (descriptor as Descriptor).size < 0) {
    throw new WbxError('BAD_IMAGE', `${where} has a descriptor without a size`);
  }
}

function tooMany(where: string, count: number, what: string, limit: number): WbxError {
  return new WbxError('BAD_IMAGE', `${where} lists ${count} ${what}; the limit is ${limit}`);
}
