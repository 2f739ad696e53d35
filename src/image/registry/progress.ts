// What a transfer tells while it goes on. The words are Docker's; who shows them decides how.
import type { Digest } from '../digest.ts';

export type LayerState =
  | 'Pulling fs layer'
  | 'Already exists'
  | 'Downloading'
  | 'Download complete'
  | 'Extracting'
  | 'Pull complete'
  | 'Preparing'
  | 'Layer already exists'
  | 'Pushing'
  | 'Pushed'
  | `Mounted from ${string}`;

export interface Progress {
  /** A layer has come to a state; `done` of `total` bytes are moved. */
  layer(digest: Digest, state: LayerState, done?: number, total?: number): void;
}

export const SILENT: Progress = { layer: () => {} };
