// Where the bytes of boxes and images are read from: a file, a Blob, a server that answers ranges.
// Answers that are at hand are returned as they are, not as promises: then their user needs no turn of the event loop.

export type MaybePromise<T> = T | Promise<T>;

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as Promise<T>)?.then === 'function';
}

/** Random access to the bytes of a box. `read` gives fewer bytes only at the end. */
export interface ByteRange {
  readonly size: number;
  read(offset: number, length: number): MaybePromise<Uint8Array>;
}

/** Stored image chunks, as the chunk table of a boot block names them. */
export interface ImageSource {
  read(segment: number, offset: number, length: number): MaybePromise<Uint8Array>;
}

export function rangeOf(bytes: Uint8Array): ByteRange {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
