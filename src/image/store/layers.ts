// Layers as random-access tar files. A layer stored uncompressed is its own tar; a compressed one gets an uncompressed copy
// under layers/ the first time somebody reads it, so that file contents can be read in place and memory stays small.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WbxError } from '../../errors.ts';
import { compressionOf, decompress } from '../compression.ts';
import { type Digest, hexOf } from '../digest.ts';
import { OpenFile } from '../files.ts';
import type { Change } from '../layer/change.ts';
import { readLayer, writeLayer } from '../layer/tar.ts';
import { type Descriptor, MEDIA_LAYER, MEDIA_LAYER_GZIP, MEDIA_LAYER_ZSTD } from '../oci.ts';
import type { Content } from '../rootfs.ts';
import type { Blobs } from './blobs.ts';

/** A layer and the digest of its uncompressed tar, which an image config lists. */
export interface StoredLayer {
  layer: Descriptor;
  diffId: Digest;
}

export class Layers {
  readonly #blobs: Blobs;
  readonly #directory: string;
  readonly #open = new Map<string, OpenFile>();

  constructor(root: string, blobs: Blobs) {
    this.#blobs = blobs;
    this.#directory = join(root, 'layers');
  }

  /** The changes of a stored layer; contents stay where they are. */
  async read({ layer, diffId }: StoredLayer): Promise<Iterable<Change>> {
    const blob = this.#blobs.path(layer.digest);
    const uncompressed = existsSync(blob) && compressionOf(this.#file(blob)) === 'none';
    const path = uncompressed ? blob : this.#copyPath(diffId);
    if (!existsSync(path)) await this.#uncompress(this.#file(blob), diffId, shortName(layer.digest));
    return readLayer(this.#file(path), shortName(layer.digest));
  }

  /**
   * Checks a layer whose blob has come into the store: its tar is the one the config lists, and every header of it is
   * sound. A compressed one has its copy afterwards.
   */
  async settle({ layer, diffId }: StoredLayer, name: string): Promise<void> {
    const path = this.#blobs.path(layer.digest);
    const blob = new OpenFile(path);
    try {
      if (compressionOf(blob) !== 'none') {
        if (!existsSync(this.#copyPath(diffId))) await this.#uncompress(blob, diffId, name);
      } else if (layer.digest !== diffId) {
        throw new WbxError('BAD_IMAGE', `${name} is corrupt: the config lists its tar as ${diffId}`);
      } else check(path, name);
    } finally {
      blob.close();
    }
  }

  has({ layer }: StoredLayer): boolean {
    return this.#blobs.size(layer.digest) !== undefined;
  }

  /** Stores changes as an uncompressed layer. */
  async write(changes: Iterable<Change>): Promise<StoredLayer> {
    const writer = await newFilled(this.#blobs, (write) => writeLayer(changes, write));
    const digest = writer.commit();
    return { layer: { mediaType: MEDIA_LAYER, digest, size: writer.size }, diffId: digest };
  }

  /** Stores a tar as it is, compressed or not, once it has been read through; `name` is what errors call it. */
  async add(source: Content, name: string, expected: { digest?: Digest; diffId?: Digest } = {}): Promise<StoredLayer> {
    const compression = compressionOf(source);
    const uncompressed = await newFilled(
      this.#blobs,
      (write) => decompress(source, compression, write, name),
      (digest) => (compression === 'none' ? this.#blobs.path(digest) : this.#copyPath(digest)),
    );
    await uncompressed.filled(() => check(uncompressed.path, name));
    const diffId = uncompressed.commit(expected.diffId, name);
    if (compression === 'none')
      return { layer: { mediaType: MEDIA_LAYER, digest: diffId, size: uncompressed.size }, diffId };
    const writer = await newFilled(this.#blobs, (write) => decompress(source, 'none', write, name));
    const digest = writer.commit(expected.digest, name);
    const mediaType = compression === 'gzip' ? MEDIA_LAYER_GZIP : MEDIA_LAYER_ZSTD;
    return { layer: { mediaType, digest, size: writer.size }, diffId };
  }

  async #uncompress(blob: Content, diffId: Digest, name: string): Promise<void> {
    const place = (digest: Digest): string => this.#copyPath(digest);
    const writer = await newFilled(this.#blobs, (write) => decompress(blob, compressionOf(blob), write, name), place);
    await writer.filled(() => check(writer.path, name));
    writer.commit(diffId, name);
  }

  #copyPath(diffId: Digest): string {
    return join(this.#directory, `${hexOf(diffId)}.tar`);
  }

  #file(path: string): OpenFile {
    let file = this.#open.get(path);
    if (!file) {
      file = new OpenFile(path);
      this.#open.set(path, file);
    }
    return file;
  }
}

function newFilled(
  blobs: Blobs,
  fill: (write: (bytes: Uint8Array) => void) => unknown,
  place?: (digest: Digest) => string,
) {
  const writer = blobs.writer(place);
  return writer.filled(() => fill(writer.write));
}

/** Reads a layer's headers from first to last: a broken one is refused before it gets into the store. */
function check(path: string, name: string): void {
  const file = new OpenFile(path);
  try {
    for (const _ of readLayer(file, name));
  } finally {
    file.close();
  }
}

function shortName(digest: Digest): string {
  return `layer ${hexOf(digest).slice(0, 12)}`;
}
