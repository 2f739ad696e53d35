// WORKDIR makes its directory, and those above it, when they are missing: 0755, of the USER that holds there.
import { dockerfileError, type Place } from '../../dockerfile/instruction.ts';
import type { Change } from '../../image/layer/change.ts';
import { resolve } from '../../image/resolve.ts';
import { isDirectory, lookup, newDirectory, type Rootfs, splitPath } from '../../image/rootfs.ts';
import { buildTime } from '../../image/time.ts';

export function workdirChanges(
  rootfs: Rootfs,
  directory: string,
  owner: { uid: number; gid: number },
  place: Place,
): Change[] {
  const { path } = resolve(rootfs, directory);
  const changes: Change[] = [];
  const names = splitPath(path);
  for (const [i] of names.entries()) {
    const each = names.slice(0, i + 1).join('/');
    const there = lookup(rootfs, each);
    if (isDirectory(there)) continue;
    if (there) throw dockerfileError(place, `WORKDIR ${directory}: /${each} is there already and no directory`);
    changes.push({ kind: 'inode', path: each, inode: newDirectory(0o755, { ...owner, mtimeSec: buildTime() }) });
  }
  return changes;
}
