// What a box has changed, those that run included: of these a twin is made, ended, and asked for its layer. The box itself goes on
// and does not notice.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOCK_CONTINUE } from '../../../../abi/host.ts';
import { WbxError } from '../../../errors.ts';
import type { Change } from '../../../image/layer/change.ts';
import type { Rootfs } from '../../../image/rootfs.ts';
import { Box } from '../../box.ts';
import { hostFlags } from '../../host-flags.ts';
import { askBox } from '../control/client.ts';
import { kernelModule } from '../engine.ts';
import { scheduler } from '../scheduler.ts';
import { type Boxes, type KnownBox, SHORT_ID } from './boxes.ts';
import type { Keeper } from './keeper.ts';
import { layerPaths } from './layers.ts';
import { isAlive } from './record.ts';
import { applyLayerFile } from './written.ts';

/**
 * Applies what the box has written to the tree that it was made from, and hands out the changes of each run, the last one as it is
 * now. Their contents are there only while `use` runs.
 */
export async function withAllChanges<T>(
  boxes: Boxes,
  { record, state }: KnownBox,
  tree: Rootfs,
  use: (runs: Change[][]) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'wbx-changes-'));
  try {
    const paths = layerPaths(boxes, record.id);
    if (isAlive(state)) {
      const path = join(directory, 'layer');
      await askBox(record.id.slice(0, SHORT_ID), { op: 'layer', path });
      paths.push(path);
    }
    return await use(paths.map((path) => applyLayerFile(tree, path)));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Serves the request `layer`: writes what this run has changed until now to a file. */
export async function writeLayerNow(keeper: Keeper, path: unknown): Promise<void> {
  if (typeof path !== 'string') throw new WbxError('BAD_ARGUMENT', 'a layer needs a file');
  const memory = keeper.running();
  const { engine, image } = keeper.prepared!.runnable;
  const fd = openSync(path, 'wx', 0o600);
  try {
    const twin = new Box({
      engine: engine ?? (await kernelModule()),
      scheduler,
      image,
      state: { memory, hostFlags: hostFlags({ stdin: false, layer: true }), clock: CLOCK_CONTINUE },
      layer: { write: (bytes) => writeSync(fd, bytes) },
    });
    await twin.start();
    twin.kick(constants.signals.SIGKILL);
    await twin.run();
  } finally {
    closeSync(fd);
  }
}
