// Pulls an image from a registry into the store. Order: manifest, lease, config, layers side by side, name. So what is
// interrupted leaves blobs that the next pull finds, and never a name without its image.
import { WbxError } from '../../errors.ts';
import { checkConfig } from '../config.ts';
import type { Digest } from '../digest.ts';
import type { Descriptor, ImageConfig, Platform } from '../oci.ts';
import { formatReference, type Reference } from '../reference.ts';
import type { StoredLayer } from '../store/layers.ts';
import type { Image, Store } from '../store/store.ts';
import { inParallel } from './parallel.ts';
import { downloadBlob, fromFirst } from './download.ts';
import { RUNNABLE } from '../platform.ts';
import { type Progress, SILENT } from './progress.ts';
import type { Registries } from './registries.ts';
import type { Repository } from './repository.ts';
import { type ResolvedManifest, resolveManifest } from './resolve.ts';

export interface PullOptions {
  /** Which to choose from an index, the best first. */
  platforms?: readonly Platform[];
  progress?: Progress;
}

export interface Pulled {
  image: Image;
  /** Digest of what the reference names. */
  digest: Digest;
  /** False: the store had the image under this name. */
  changed: boolean;
}

/** As many as Docker. */
const DOWNLOADS = 3;

export async function pullImage(
  store: Store,
  registries: Registries,
  reference: Reference,
  { platforms = RUNNABLE, progress = SILENT }: PullOptions = {},
): Promise<Pulled> {
  const sources = registries.sources(reference);
  const resolved = await fromFirst(sources, async (source) => ({
    source,
    ...(await resolveManifest(source, reference, platforms)),
  }));
  const rest = sources.slice(sources.indexOf(resolved.source));
  return new Pull(store, reference, rest, resolved, platforms, progress).run();
}

class Pull {
  readonly #store: Store;
  readonly #name: string;
  readonly #sources: Repository[];
  readonly #resolved: ResolvedManifest;
  readonly #platforms: readonly Platform[];
  readonly #progress: Progress;

  constructor(
    store: Store,
    reference: Reference,
    sources: Repository[],
    resolved: ResolvedManifest,
    platforms: readonly Platform[],
    progress: Progress,
  ) {
    this.#store = store;
    this.#name = formatReference(reference);
    this.#sources = sources;
    this.#resolved = resolved;
    this.#platforms = platforms;
    this.#progress = progress;
  }

  run(): Promise<Pulled> {
    const { manifest, document, remote } = this.#resolved;
    const leased = [document, manifest.config, ...manifest.layers].map(({ digest }) => digest);
    return this.#store.adding(async () => {
      const config = await this.#config();
      const layers = manifest.layers.map((layer, i) => ({ layer, diffId: config.rootfs.diff_ids[i] }));
      await this.#layers(layers);
      const before = this.#store.names.list().get(this.#name)?.digest;
      const image = this.#store.adopt(document.bytes, this.#store.blobs.read(manifest.config.digest), layers);
      await this.#store.tag(image, this.#name, remote);
      return { image, digest: remote, changed: before !== image.digest };
    }, leased);
  }

  async #config(): Promise<ImageConfig> {
    const { manifest } = this.#resolved;
    await downloadBlob(this.#sources, manifest.config, this.#store.blobs);
    const where = `the config of ${this.#name}`;
    const config = checkConfig(
      parseJson(this.#store.blobs.read(manifest.config.digest), where),
      where,
      this.#platforms,
    );
    if (config.rootfs.diff_ids.length !== manifest.layers.length) {
      throw new WbxError('BAD_IMAGE', `${this.#name}: manifest and config list different numbers of layers`);
    }
    return config;
  }

  async #layers(layers: StoredLayer[]): Promise<void> {
    for (const { layer } of layers) this.#progress.layer(layer.digest, 'Pulling fs layer');
    const distinct = new Map(layers.map((each) => [`${each.layer.digest} ${each.diffId}`, each]));
    await inParallel([...distinct.values()], DOWNLOADS, (layer) => this.#layer(layer));
    await this.#store.rootfs(layers);
  }

  async #layer(stored: StoredLayer): Promise<void> {
    const { digest, size } = stored.layer;
    const tell = (done: number): void => this.#progress.layer(digest, 'Downloading', done, size);
    const moved = await downloadBlob(this.#sources, stored.layer as Descriptor, this.#store.blobs, tell);
    if (moved) {
      this.#progress.layer(digest, 'Download complete', size, size);
      this.#progress.layer(digest, 'Extracting', size, size);
    }
    await this.#store.layers.settle(stored, `${this.#name}: layer ${digest.slice(7, 19)}`);
    this.#progress.layer(digest, moved ? 'Pull complete' : 'Already exists');
  }
}

function parseJson(bytes: Buffer, where: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    throw new WbxError('BAD_IMAGE', `${where} is not JSON`, error);
  }
}
