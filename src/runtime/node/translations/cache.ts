// Translations that outlive a run: what got hot is written to disk when the run ends, and found there by the next one.
// Pages are named by SHA-256: programs of many boxes meet here, and none may bring another's page to run its own code.
import { createHash } from 'node:crypto';
import type { PortableRegion } from '../../../translate/portable/region.ts';
import type { RegionStore } from '../../../translate/portable/store.ts';
import { decodeRegions, encodeRegions } from './encoding.ts';
import { TranslationDirectory } from './directory.ts';

/** Of one page: code that generates code could make any number. */
const MAX_REGIONS = 512;
/** Pages written by one run. */
const MAX_PAGES = 4096;

/** Undefined where nothing can be kept safely. */
export function openCache(): TranslationCache | undefined {
  const directory = TranslationDirectory.open();
  return directory && new TranslationCache(directory);
}

export class TranslationCache implements RegionStore {
  readonly #directory: TranslationDirectory;
  readonly #found = new Map<string, PortableRegion[]>();
  readonly #changed = new Set<string>();

  constructor(directory: TranslationDirectory) {
    this.#directory = directory;
  }

  digest(page: Uint8Array, withheld: number): string {
    return `${createHash('sha256').update(page).digest('hex')}-${withheld}`;
  }

  find(digest: string): readonly PortableRegion[] {
    const known = this.#found.get(digest);
    if (known) return known;
    const regions = this.#read(digest);
    if (this.#found.size > 2 * MAX_PAGES) this.#found.clear();
    this.#found.set(digest, regions);
    return regions;
  }

  add(region: PortableRegion): void {
    const [{ digest }] = region.pages;
    const regions = this.find(digest) as PortableRegion[];
    const at = regions.findIndex((known) => isSame(known, region));
    if (at >= 0) regions[at] = region;
    else if (regions.length < MAX_REGIONS) regions.push(region);
    if (this.#changed.size < MAX_PAGES) this.#changed.add(digest);
  }

  /** At the end of a run. What another process has written meanwhile is kept as well. */
  save(): void {
    for (const digest of this.#changed) {
      const own = this.#found.get(digest);
      if (!own) continue;
      const others = this.#read(digest).filter((region) => !own.some((known) => isSame(known, region)));
      this.#directory.write(digest, encodeRegions([...own, ...others].slice(0, MAX_REGIONS)));
    }
    if (this.#changed.size) this.#directory.sweep();
    this.#changed.clear();
  }

  #read(digest: string): PortableRegion[] {
    const bytes = this.#directory.read(digest);
    return bytes ? decodeRegions(bytes) : [];
  }
}

/** The same code, translated perhaps at another time. */
function isSame(a: PortableRegion, b: PortableRegion): boolean {
  return a.entry === b.entry && JSON.stringify(a.pages) === JSON.stringify(b.pages);
}
