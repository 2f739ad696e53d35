// `wbx image prune`: images without a name go, with `all` every image, and then whatever nothing needs any more.
import { familiarName } from '../reference.ts';
import { isDigestName, type Store } from './store.ts';
import { sweep } from './sweep.ts';

export interface Pruned {
  /** In Docker's words. */
  removed: string[];
  /** Bytes. */
  freed: number;
}

export async function pruneImages(store: Store, all: boolean): Promise<Pruned> {
  const removed: string[] = [];
  for (const [name, { digest }] of store.names.list()) {
    if (!all && !isDigestName(name)) continue;
    await store.names.delete(name);
    removed.push(...(isDigestName(name) ? [] : [`untagged: ${familiarName(name)}`]), `deleted: ${digest}`);
  }
  return { removed: [...new Set(removed)], freed: await sweep(store) };
}
