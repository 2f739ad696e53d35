// The build cache: the key of a step (parent, instruction, digests of what it reads) -> what it made, and when: a build that
// is all from the cache gives the same image again.
// Invariant: an entry whose layer is gone counts as absent.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, hexOf } from '../digest.ts';
import { replaceFile } from '../files.ts';
import type { Layers, StoredLayer } from './layers.ts';

export interface StepResult {
  /** Absent where there was nothing to do, as for a WORKDIR that is there. */
  made?: StoredLayer;
  /** As in history. */
  created: string;
}

export class Steps {
  readonly #directory: string;
  readonly #layers: Layers;

  constructor(root: string, layers: Layers) {
    this.#directory = join(root, 'steps');
    this.#layers = layers;
  }

  get(key: Digest): StepResult | undefined {
    const entry = this.#read(hexOf(key));
    return entry?.created && (!entry.made || this.#layers.has(entry.made)) ? entry : undefined;
  }

  set(key: Digest, result: StepResult): void {
    mkdirSync(this.#directory, { recursive: true });
    const path = join(this.#directory, hexOf(key));
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(result));
    replaceFile(`${path}.${process.pid}`, path);
  }

  /** Forgets every step; answers their keys. The layers go with the next sweep. */
  clear(): string[] {
    mkdirSync(this.#directory, { recursive: true });
    const keys = readdirSync(this.#directory);
    for (const key of keys) rmSync(join(this.#directory, key), { force: true });
    return keys;
  }

  /** The digests of every layer the cache holds on to. */
  layers(): Digest[] {
    mkdirSync(this.#directory, { recursive: true });
    return readdirSync(this.#directory).flatMap((name) => this.#read(name)?.made?.layer.digest ?? []);
  }

  #read(name: string): StepResult | undefined {
    try {
      return JSON.parse(readFileSync(join(this.#directory, name), 'utf8')) as StepResult;
    } catch {
      return undefined;
    }
  }
}
