// The local image store: an OCI image layout on disk (blobs, index.json, oci-layout), which other tools can read as it is,
// plus what we derive from it: layers/ (uncompressed copies) and steps/ (the build cache).
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { WbxError } from '../../errors.ts';
import { type Digest, digestOf, hexOf } from '../digest.ts';
import { applyLayer } from '../layer/apply.ts';
import {
  ANNOTATION_REMOTE,
  type Descriptor,
  type ImageConfig,
  type Manifest,
  MEDIA_CONFIG,
  MEDIA_MANIFEST,
} from '../oci.ts';
import {
  familiarName,
  formatReference,
  normalizeReference,
  parseReference,
  type Reference,
  repositoryOf,
} from '../reference.ts';
import { newRootfs, type Rootfs } from '../rootfs.ts';
import { Blobs } from './blobs.ts';
import { Layers, type StoredLayer } from './layers.ts';
import { Leases } from './leases.ts';
import { Names } from './names.ts';
import { Steps } from './steps.ts';

/** An image of the store, by its manifest. */
export interface Image {
  digest: Digest;
  configDigest: Digest;
  config: ImageConfig;
  layers: StoredLayer[];
}

/** Whether a user's word is a digest, whole or its beginning, rather than a name. */
export function isDigestName(name: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{6,64}$/.test(name);
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
  readonly leases: Leases;
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
    this.leases = new Leases(directory);
    this.steps = new Steps(directory, this.layers);
  }

  /** The image of a name or of a digest (whole or the beginning of its hex digits); undefined when there is none. */
  find(name: string): Image | undefined {
    const digest = this.digestOf(name);
    return digest && this.#open(digest);
  }

  /** The image of a manifest's digest; undefined when parts of it are missing or damaged. */
  tryOpen(digest: Digest): Image | undefined {
    try {
      return this.#open(digest);
    } catch {
      return undefined;
    }
  }

  manifest({ digest }: Image): Manifest {
    return JSON.parse(this.blobs.read(digest).toString()) as Manifest;
  }

  /** Like find, with an error that says how to get the image. */
  get(name: string): Image {
    const image = this.find(name);
    if (image) return image;
    const wanted = familiarName(name);
    throw new WbxError(
      'NOT_FOUND',
      `no image "${wanted}" in the local store; get it with "wbx pull ${wanted}", "wbx load" or "wbx import"`,
    );
  }

  /** Stores manifest and config of an image whose layers are in the store. */
  put(config: ImageConfig, layers: StoredLayer[], annotations?: Record<string, string>): Image {
    const configBytes = Buffer.from(JSON.stringify(config));
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: MEDIA_MANIFEST,
      config: { mediaType: MEDIA_CONFIG, digest: digestOf(configBytes), size: configBytes.length },
      layers: layers.map(({ layer }) => layer),
      ...(annotations ? { annotations } : {}),
    };
    return this.adopt(Buffer.from(JSON.stringify(manifest)), configBytes, layers);
  }

  /** Stores an image whose documents come from elsewhere and keep their digests. */
  adopt(manifest: Uint8Array, config: Uint8Array, layers: StoredLayer[]): Image {
    const parsed = JSON.parse(Buffer.from(config).toString()) as ImageConfig;
    const configDigest = this.blobs.put(config);
    return { digest: this.blobs.put(manifest), configDigest, config: parsed, layers };
  }

  /**
   * Names an image; the name is spelled out first. One without a name is kept under its digest. `remote` is the digest
   * under which a registry has it: that of the index it was chosen from, when there is one.
   */
  async tag(image: Image, name?: string, remote?: Digest): Promise<void> {
    const descriptor = this.#descriptor(image);
    if (remote !== undefined) descriptor.annotations = { [ANNOTATION_REMOTE]: remote };
    await this.names.set(name === undefined ? image.digest : normalizeReference(name), descriptor);
  }

  /** Folds an image's layers into a tree of its own. */
  async rootfs(layers: StoredLayer[], rootfs: Rootfs = newRootfs()): Promise<Rootfs> {
    for (const layer of layers) {
      applyLayer(rootfs, await this.layers.read(layer), `layer ${hexOf(layer.layer.digest).slice(0, 12)}`);
    }
    return rootfs;
  }

  /**
   * Runs what writes blobs and names them at its end: no sweep takes the blobs away meanwhile, and when it fails they do
   * not stay. `digests`: blobs it will rely on if they are there already.
   */
  async adding<T>(write: () => Promise<T>, digests: Iterable<Digest> = []): Promise<T> {
    const lease = await this.leases.take(digests);
    try {
      return await write();
    } catch (error) {
      const lock = await this.leases.exclusive();
      this.blobs.rollback(this.leases.held().digests);
      lock.release();
      throw error;
    } finally {
      lease.release();
    }
  }

  /** The digest a name or the beginning of a digest stands for, whether or not the image can be read. */
  digestOf(name: string): Digest | undefined {
    const images = this.names.list();
    const hex = name.replace(/^sha256:/, '');
    if (isDigestName(name)) {
      const found = [...images.values()].find(({ digest }) => hexOf(digest).startsWith(hex));
      if (found || name.startsWith('sha256:')) return found?.digest;
    }
    const reference = parseReference(name);
    return (images.get(formatReference(reference)) ?? byRemote(images, reference))?.digest;
  }

  #open(digest: Digest): Image {
    const manifest = JSON.parse(this.blobs.read(digest).toString()) as Manifest;
    const config = JSON.parse(this.blobs.read(manifest.config.digest).toString()) as ImageConfig;
    const diffIds = config.rootfs.diff_ids;
    const layers = manifest.layers.map((layer, i) => ({ layer, diffId: diffIds[i] }));
    return { digest, configDigest: manifest.config.digest, config, layers };
  }

  #descriptor({ digest }: Image): Descriptor {
    const bytes = this.blobs.read(digest);
    const { mediaType } = JSON.parse(bytes.toString()) as Manifest;
    return { mediaType: mediaType ?? MEDIA_MANIFEST, digest, size: bytes.length };
  }
}

/** `debian@sha256:...` is also an image of that repository which came under another name. */
function byRemote(images: Map<string, Descriptor>, { repository, digest }: Reference): Descriptor | undefined {
  if (digest === undefined) return undefined;
  const found = [...images].find(
    ([name, entry]) =>
      repositoryOf(name) === repository &&
      (entry.digest === digest || entry.annotations?.[ANNOTATION_REMOTE] === digest),
  );
  return found?.[1];
}

/** Temporary files of processes that were killed: nothing writes one file for a day. */
function removeStale(directory: string): void {
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    const stat = statSync(join(directory, name), { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > 24 * 3600 * 1000) rmSync(join(directory, name), { force: true });
  }
}
