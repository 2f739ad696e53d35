// Where translated regions are kept beyond the box that made them hot: a cache on disk, or a box that is being trained.
import type { PortableRegion } from './region.ts';

export interface RegionStore {
  /**
   * Name of a page's contents as a CPU of that level decodes them (TRANSLATE_CPU_WITHHELD of abi/translate.ts). Where regions
   * of several boxes meet, nobody may be able to make another page of that name.
   */
  digest(page: Uint8Array, withheld: number): string;
  /** Regions that begin in a page. */
  find(digest: string): readonly PortableRegion[];
  /** A region was translated. Its `checked` may be filled in later. */
  add(region: PortableRegion): void;
}
