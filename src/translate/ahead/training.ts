// The store of a box that is being trained: keeps what was translated, so that it can be baked in.
import type { PortableBody, PortableRegion } from '../portable/region.ts';
import type { RegionStore } from '../portable/store.ts';
import { pageHash } from './page-hash.ts';

/** A region with all that it may need where nothing can be translated any more. */
export interface BakedRegion extends PortableRegion {
  checked: PortableBody | undefined;
}

export class Training implements RegionStore {
  /** In the order in which they got hot. */
  readonly #regions = new Map<string, PortableRegion>();

  digest(page: Uint8Array): string {
    return pageHash(page);
  }

  /** Nothing: a region that was dropped is translated again, perhaps with more that has run meanwhile. */
  find(): [] {
    return [];
  }

  add(region: PortableRegion): void {
    const name = `${region.pages[0].digest}+${region.entry}`;
    const known = this.#regions.get(name);
    if (!known || known.body.bytes.length < region.body.bytes.length) this.#regions.set(name, region);
  }

  /** What got hot first comes first, up to so many bytes of code. */
  regions(maxBytes: number): BakedRegion[] {
    const chosen: BakedRegion[] = [];
    let bytes = 0;
    for (const region of this.#regions.values()) {
      const checked = region.makeChecked?.();
      bytes += region.body.bytes.length + (checked?.bytes.length ?? 0);
      if (bytes > maxBytes) break;
      chosen.push({ ...region, checked });
    }
    return chosen;
  }
}
