// The names of a layout's images: index.json, one descriptor per name with the name as its annotation.
// Invariant: index.json is replaced by rename under a lock, so that two builds at once lose no name.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode, WbxError } from '../../errors.ts';
import { replaceFile } from '../files.ts';
import { ANNOTATION_REF_NAME, type Descriptor, type Index, MEDIA_INDEX } from '../oci.ts';
import { acquire } from './lock.ts';

export class Names {
  readonly #path: string;

  constructor(root: string) {
    this.#path = join(root, 'index.json');
  }

  /** All named images: full reference -> manifest descriptor, sorted by name. */
  list(): Map<string, Descriptor> {
    const named = this.#read().manifests.map(
      (entry) => [entry.annotations?.[ANNOTATION_REF_NAME] ?? '', entry] as const,
    );
    return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async set(name: string, descriptor: Descriptor): Promise<void> {
    const annotations = { ...descriptor.annotations, [ANNOTATION_REF_NAME]: name };
    await this.#change((entries) => [...without(entries, name), { ...descriptor, annotations }]);
  }

  async delete(name: string): Promise<void> {
    await this.#change((entries) => without(entries, name));
  }

  async #change(edit: (entries: Descriptor[]) => Descriptor[]): Promise<void> {
    mkdirSync(dirname(this.#path), { recursive: true });
    const lock = await acquire(`${this.#path}.lock`);
    try {
      const manifests = edit(this.#read().manifests);
      const index: Index = { schemaVersion: 2, mediaType: MEDIA_INDEX, manifests };
      writeFileSync(`${this.#path}.new`, `${JSON.stringify(index, null, 2)}\n`, { flush: true });
      replaceFile(`${this.#path}.new`, this.#path);
    } finally {
      lock?.release();
    }
  }

  #read(): Index {
    try {
      const index = JSON.parse(readFileSync(this.#path, 'utf8')) as Index;
      if (Array.isArray(index.manifests)) return index;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return { schemaVersion: 2, manifests: [] };
      throw new WbxError('BAD_IMAGE', `cannot read the image store's ${this.#path}`, error);
    }
    throw new WbxError('BAD_IMAGE', `the image store's ${this.#path} is no OCI index`);
  }
}

function without(entries: Descriptor[], name: string): Descriptor[] {
  return entries.filter((entry) => entry.annotations?.[ANNOTATION_REF_NAME] !== name);
}
