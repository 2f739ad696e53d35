// Removes every blob that nothing needs: no named image, no step of the build cache, no command at work.
// Invariant: leases are read before names (see leases.ts), and none can be taken while blobs go.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hexOf } from '../digest.ts';
import type { Leased } from './leases.ts';
import type { Store } from './store.ts';

/** Gives the bytes that are free now. */
export async function sweep(store: Store): Promise<number> {
  const lock = await store.leases.exclusive();
  try {
    const leased = store.leases.held();
    const needed = new Set([...leased.digests, ...named(store)]);
    const directories = [join(store.directory, 'blobs', 'sha256'), join(store.directory, 'layers')];
    return directories.reduce((freed, directory) => freed + sweepDirectory(directory, needed, leased), 0);
  } finally {
    lock.release();
  }
}

/** Hex digits of everything that names and the build cache lead to. A damaged image holds on to what can be read of it. */
function named(store: Store): string[] {
  const digests = [...store.names.list().values()].flatMap(({ digest }) => {
    const image = store.tryOpen(digest);
    if (!image) return [digest];
    const layers = image.layers.flatMap(({ layer, diffId }) => [layer.digest, diffId]);
    return [digest, image.configDigest, ...layers];
  });
  return [...digests, ...store.steps.layers()].map(hexOf);
}

function sweepDirectory(directory: string, needed: Set<string>, leased: Leased): number {
  let freed = 0;
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    if (needed.has(name.replace(/\.tar$/, ''))) continue;
    const path = join(directory, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat || stat.mtimeMs >= leased.since) continue;
    rmSync(path, { force: true });
    freed += stat.size;
  }
  return freed;
}
