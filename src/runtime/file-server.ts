// Who answers the file operations of abi/hostfs.ts. Implemented per platform; a box without one has no host mounts.
import type { MaybePromise } from '../box/source.ts';

export interface FileQuestion {
  op: number;
  handle: number;
  flags: number;
  arg: number;
  /** Attributes and what follows them; answers go there too. Valid only during the call. */
  buffer: Uint8Array;
}

export interface FileServer {
  /** The result: >= 0 or -errno of Linux. Never throws. */
  answer(question: FileQuestion): MaybePromise<number>;
  /** The box is gone. */
  close(): void;
}
