// What a box talks to: byte streams and the store of image chunks. Implemented per platform in node/ and browser/.
// Results that are at hand are returned as they are, not as promises: then the box goes on without a turn of the event loop.

export type MaybePromise<T> = T | Promise<T>;

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

/** Stored image chunks. */
export interface ImageSource {
  read(segment: number, offset: number, length: number): MaybePromise<Uint8Array>;
}

/** Answers that are not promises can be used at once. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as Promise<T>)?.then === 'function';
}
