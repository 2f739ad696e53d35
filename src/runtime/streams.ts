// The byte streams a box talks to. Implemented per platform in node/ and browser/.
import type { MaybePromise } from '../box/source.ts';

/** A stream the box reads. */
export interface ByteSource {
  /** Up to `max` bytes; empty = end of file. Never called again before it has answered. */
  read(max: number): MaybePromise<Uint8Array>;
  /** The box is gone; nothing will be read any more. */
  close?(): void;
}

/** A stream the box writes. */
export interface ByteSink {
  /**
   * Takes bytes, which are valid only during the call. Answers how many were taken (at least one), or a negative errno;
   * a promise means "not yet", and holds the writer back.
   */
  write(bytes: Uint8Array): MaybePromise<number>;
}
