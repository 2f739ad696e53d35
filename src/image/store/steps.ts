// The build cache: the key of a step (parent, instruction, digests of what it reads) -> the layer it made.
// Invariant: an entry whose layer is gone counts as absent.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, hexOf } from '../digest.ts';
import type { Layers, StoredLayer } from './layers.ts';

export class Steps {
  readonly #directory: string;
  readonly #layers: Layers;

  constructor(root: string, layers: Layers) {
    this.#directory = join(root, 'steps');
    this.#layers = layers;
  }

  get(key: Digest): StoredLayer | undefined {
    const entry = this.#read(hexOf(key));
    return entry && this.#layers.has(entry) ? entry : undefined;
  }

  set(key: Digest, layer: StoredLayer): void {
    mkdirSync(this.#directory, { recursive: true });
    const path = join(this.#directory, hexOf(key));
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(layer));
    renameSync(`${path}.${process.pid}`, path);
  }

  /** The digests of every layer the cache holds on to. */
  layers(): Digest[] {
    mkdirSync(this.#directory, { recursive: true });
    return readdirSync(this.#directory).flatMap((name) => this.#read(name)?.layer.digest ?? []);
  }

  #read(name: string): StoredLayer | undefined {
    try {
      return JSON.parse(readFileSync(join(this.#directory, name), 'utf8')) as StoredLayer;
    } catch {
      return undefined;
    }
  }
}
