// wbx diff: what a box has added (A), changed (C) and deleted (D), as `docker diff` shows it.
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { withAllChanges } from '../runtime/node/boxes/changes.ts';
import type { Change } from '../image/layer/change.ts';
import { lookup, type Rootfs, walk } from '../image/rootfs.ts';
import { baseOf } from './base-of.ts';
import { newCommand, runCommand } from './command.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('diff', 'Show what a box has changed in its files, mounts left out: A, C or D.', [
    'wbx diff web',
    "wbx diff web | grep '^A'",
  ])
    .argument('<box>', 'name or id')
    .action(async (name: string) => {
      const boxes = new Boxes();
      const box = boxes.find(name);
      const base = await baseOf(box.record);
      const tree = await base.rootfs();
      const before = new Set([...walk(tree)].map(([path]) => path));
      const lines = await withAllChanges(boxes, box, tree, async (runs) => differences(before, tree, runs.flat()));
      for (const line of lines) console.log(line);
    });
  return runCommand(command, args);
}

/** `now` has the changes applied. */
function differences(before: Set<string>, now: Rootfs, changes: Change[]): string[] {
  const paths = new Set<string>();
  for (const { path, kind } of changes) {
    if (kind === 'opaque') for (const old of before) if (old.startsWith(`${path}/`)) paths.add(old);
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) paths.add(at);
  }
  return [...paths].sort().flatMap((path) => {
    const is = lookup(now, path) !== undefined;
    if (!before.has(path)) return is ? [`A /${path}`] : [];
    return [`${is ? 'C' : 'D'} /${path}`];
  });
}
