// The files that hold what each run of a box has written, as layer streams (abi/layer.ts). Invariant: a file with its final name
// is complete.
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteSink } from '../../streams.ts';
import type { Boxes } from './boxes.ts';

/** The oldest first. */
export function layerPaths(boxes: Boxes, id: string): string[] {
  const directory = boxes.path(id, 'layers');
  try {
    const numbers = readdirSync(directory).filter((name) => /^\d+$/.test(name));
    return numbers.sort((a, b) => Number(a) - Number(b)).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** A file for the run that begins. Nothing is kept of one that has been cut off. */
export function newLayer(boxes: Boxes, id: string): ByteSink & { close(complete: boolean): void } {
  const directory = boxes.path(id, 'layers');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, String(layerPaths(boxes, id).length));
  const temporary = `${path}.part`;
  const fd = openSync(temporary, 'w', 0o600);
  let size = 0;
  return {
    write: (bytes) => {
      const taken = writeSync(fd, bytes);
      size += taken;
      return taken;
    },
    close: (complete) => {
      closeSync(fd);
      if (complete && size > 0) renameSync(temporary, path);
      else rmSync(temporary);
    },
  };
}
