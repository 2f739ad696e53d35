// What a running box has written, without stopping it: a twin of it is made in memory, and its pid 1 killed there, so that the
// kernel sends the changed files as at every end. Invariant: the box itself does not notice.
import { closeSync, openSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import type { ImageSource } from '../../../box/source.ts';
import { Box } from '../../box.ts';
import { hostFlags } from '../../host-flags.ts';
import { scheduler } from '../scheduler.ts';

const SINK = { write: (bytes: Uint8Array) => bytes.length };

interface TwinOptions {
  engine: WebAssembly.Module;
  image: ImageSource;
  clock: number;
}

/** Writes the layer stream (abi/layer.ts) to a file. */
export async function writeChanges(box: Box, { engine, image, clock }: TwinOptions, path: string): Promise<void> {
  const fd = openSync(path, 'w', 0o600);
  try {
    const twin = new Box({
      engine,
      image,
      scheduler,
      state: { memory: box, hostFlags: hostFlags({ stdin: false, layer: true }), clock },
      stdout: SINK,
      stderr: SINK,
      layer: { write: (bytes) => writeSync(fd, bytes) },
    });
    await twin.start();
    twin.kick(constants.signals.SIGKILL);
    await twin.run();
  } finally {
    closeSync(fd);
  }
}
