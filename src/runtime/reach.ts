// What a policy lets a box reach, opened by its host: node/reach.ts. Closed by the box at its end.
import type { BootOptions } from '../box/boot-block.ts';
import type { FileServer } from './file-server.ts';
import type { Network } from './net/network.ts';

export interface Reach {
  /** What a box that boots must be told of it. */
  boot: Pick<BootOptions, 'files' | 'mounts' | 'network'>;
  network?: Network;
  files?: FileServer;
}
