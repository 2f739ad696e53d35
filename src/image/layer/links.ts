// Hard links of the layers below: when a step changes an inode in place, its other names show the change too, and a layer
// has to say so. Some of those names the box has never looked at, so they are added here, where the whole tree is known.
import { type Inode, isDirectory, lookup, type Rootfs, walk } from '../rootfs.ts';
import type { Change } from './change.ts';

/** The changes with hard links added for names in `rootfs` that no change mentions. */
export function* withOtherNames(rootfs: Rootfs, changes: Iterable<Change>): Generator<Change> {
  const list = [...changes];
  const mentioned = new Map(list.map((change) => [change.path, change]));
  let names: Map<Inode, string[]> | undefined;
  for (const change of list) {
    yield change;
    if (change.kind !== 'inode' || !change.inPlace || isDirectory(change.inode)) continue;
    names ??= namesOf(rootfs);
    const below = lookup(rootfs, change.path);
    const others = (below && names.get(below)) ?? [];
    for (const path of others) {
      if (!isHidden(path, mentioned)) yield { kind: 'hardlink', path, target: change.path };
    }
  }
}

function namesOf(rootfs: Rootfs): Map<Inode, string[]> {
  const names = new Map<Inode, string[]>();
  for (const [path, inode] of walk(rootfs)) {
    if (!isDirectory(inode)) names.set(inode, [...(names.get(inode) ?? []), path]);
  }
  return names;
}

/** Has the step done something of its own to the name, or to a directory above it? */
function isHidden(path: string, mentioned: Map<string, Change>): boolean {
  if (mentioned.has(path)) return true;
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const above = mentioned.get(path.slice(0, at));
    if (above && (above.kind !== 'inode' || !isDirectory(above.inode))) return true;
  }
  return false;
}
