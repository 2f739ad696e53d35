// What a box has written in earlier runs: the layers that each of them left, over the files it was made from.
import { OpenFile } from '../../../image/files.ts';
import { applyLayer } from '../../../image/layer/apply.ts';
import type { Change } from '../../../image/layer/change.ts';
import { withOtherNames } from '../../../image/layer/links.ts';
import { decodeLayerStream } from '../../../image/layer/stream.ts';
import type { Rootfs } from '../../../image/rootfs.ts';
import type { Runnable } from '../runnable.ts';
import type { Boxes } from './boxes.ts';
import { layerPaths } from './layers.ts';
import type { BoxRecord } from './record.ts';

/** The same with what earlier runs have written. */
export async function withChanges(runnable: Runnable, boxes: Boxes, record: BoxRecord): Promise<Runnable> {
  const paths = layerPaths(boxes, record.id);
  if (paths.length === 0 || runnable.saved) return runnable;
  const tree = await runnable.rootfs();
  for (const path of paths) applyLayerFile(tree, path);
  const { runnableTree } = await import('../runnable-tree.ts');
  const { bootOptions, exposed } = runnable;
  return { ...runnableTree(tree, runnable.config), bootOptions, exposed };
}

/** Applies a layer stream in a file; answers its changes. */
export function applyLayerFile(tree: Rootfs, path: string): Change[] {
  const changes = [...withOtherNames(tree, decodeLayerStream(new OpenFile(path)))];
  applyLayer(tree, changes, path);
  return changes;
}
