// The local image store: an OCI image layout on disk (blobs, index.json, oci-layout), which other tools can read as it is,
// plus what we derive from it: layers/ (uncompressed copies) and steps/ (the build cache).
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { WbxError } from '../../errors.ts';
import { type Digest, hexOf } from '../digest.ts';
import { applyLayer } from '../layer/apply.ts';
import { type Descriptor, type ImageConfig, type Manifest, MEDIA_CONFIG, MEDIA_MANIFEST } from '../oci.ts';
import { familiarName, normalizeReference } from '../reference.ts';
import { newRootfs, type Rootfs } from '../rootfs.ts';
import { Blobs } from './blobs.ts';
import { Layers, type StoredLayer } from './layers.ts';
import { Names } from './names.ts';
import { Steps } from './steps.ts';

/** An image of the store, by its manifest. */
export interface Image {
  digest: Digest;
  config: ImageConfig;
  layers: StoredLayer[];
}

/** $XDG_DATA_HOME/wbx, by default ~/.local/share/wbx. */
export function defaultStoreDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const data = environment.XDG_DATA_HOME;
  return join(data?.startsWith('/') ? data : join(homedir(), '.local', 'share'), 'wbx');
}

export class Store {
  readonly directory: string;
  readonly blobs: Blobs;
  readonly layers: Layers;
  readonly names: Names;
  readonly steps: Steps;

  constructor(directory = defaultStoreDirectory()) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    const marker = join(directory, 'oci-layout');
    if (!existsSync(marker)) writeFileSync(marker, '{"imageLayoutVersion":"1.0.0"}\n');
    removeStale(join(directory, 'tmp'));
    this.blobs = new Blobs(directory);
    this.layers = new Layers(directory, this.blobs);
    this.names = new Names(directory);
    this.steps = new Steps(directory, this.layers);
  }

  /** The image of a name or of a digest (whole or the beginning of its hex digits); undefined when there is none. */
  find(name: string): Image | undefined {
    const digest = this.#digestOf(name);
    return digest && this.#open(digest);
  }

  /** Like find, with an error that says how to get the image. */
  get(name: string): Image {
    const image = this.find(name);
    if (image) return image;
    const wanted = familiarName(name);
    throw new WbxError(
      'NOT_FOUND',
      `no image "${wanted}" in the local store; make one with "wbx import DIR|TAR ${wanted}" or "wbx load FILE"`,
    );
  }

  /** Stores manifest and config of an image whose layers are in the store. */
  put(config: ImageConfig, layers: StoredLayer[]): Image {
    const configBytes = Buffer.from(JSON.stringify(config));
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: MEDIA_MANIFEST,
      config: { mediaType: MEDIA_CONFIG, digest: this.blobs.put(configBytes), size: configBytes.length },
      layers: layers.map(({ layer }) => layer),
    };
    return { digest: this.blobs.put(Buffer.from(JSON.stringify(manifest))), config, layers };
  }

  /** Stores an image whose documents come from elsewhere and keep their digests. */
  adopt(manifest: Uint8Array, config: Uint8Array, layers: StoredLayer[]): Image {
    this.blobs.put(config);
    return {
      digest: this.blobs.put(manifest),
      config: JSON.parse(Buffer.from(config).toString()) as ImageConfig,
      layers,
    };
  }

  /** Names an image; the name is spelled out first. */
  async tag(image: Image, name: string): Promise<void> {
    await this.names.set(normalizeReference(name), this.#descriptor(image));
  }

  /** Folds an image's layers into a tree of its own. */
  async rootfs(layers: StoredLayer[], rootfs: Rootfs = newRootfs()): Promise<Rootfs> {
    for (const layer of layers) {
      applyLayer(rootfs, await this.layers.read(layer), `layer ${hexOf(layer.layer.digest).slice(0, 12)}`);
    }
    return rootfs;
  }

  #digestOf(name: string): Digest | undefined {
    const images = this.names.list();
    const hex = name.replace(/^sha256:/, '');
    if (/^[0-9a-f]{6,64}$/.test(hex)) {
      const found = [...images.values()].find(({ digest }) => hexOf(digest).startsWith(hex));
      if (found || name.startsWith('sha256:')) return found?.digest;
    }
    return images.get(normalizeReference(name))?.digest;
  }

  #open(digest: Digest): Image {
    const manifest = JSON.parse(this.blobs.read(digest).toString()) as Manifest;
    const config = JSON.parse(this.blobs.read(manifest.config.digest).toString()) as ImageConfig;
    const diffIds = config.rootfs.diff_ids;
    return { digest, config, layers: manifest.layers.map((layer, i) => ({ layer, diffId: diffIds[i] })) };
  }

  #descriptor({ digest }: Image): Descriptor {
    const bytes = this.blobs.read(digest);
    const { mediaType } = JSON.parse(bytes.toString()) as Manifest;
    return { mediaType: mediaType ?? MEDIA_MANIFEST, digest, size: bytes.length };
  }
}

/** Temporary files of processes that were killed: nothing writes one file for a day. */
function removeStale(directory: string): void {
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    const stat = statSync(join(directory, name), { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > 24 * 3600 * 1000) rmSync(join(directory, name), { force: true });
  }
}
