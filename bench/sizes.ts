// Sizes: the engine as it travels, and what a box is larger than its compressed files.
import { statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { openBox } from '../src/box/inspect.ts';
import { openFile } from '../src/box/open-file.ts';
import { kernelBytes } from '../src/runtime/node/engine.ts';

export interface SizeResult {
  engineGzipped: number;
  /** Bytes of the box that are not stored chunks of the root file system. */
  boxOverhead: number;
  box: number;
}

export async function measureSizes(path: string): Promise<SizeResult> {
  const file = openFile(path);
  const { layout } = await openBox(file, path);
  file.close();
  const stored = layout.chunks.reduce((sum, chunk) => sum + chunk.stored, 0);
  const box = statSync(path).size;
  return { engineGzipped: gzipSync(kernelBytes(), { level: 9 }).length, boxOverhead: box - stored, box };
}
