// What a box tells somebody who records its run: everything that comes in from the host.

/** Of a request that is answered. */
export interface Answer {
  op: number;
  id: number;
  result: number;
  value0: number;
  /** The request's buffer as it is now. */
  buffer: Uint8Array;
}

export interface Recorder {
  /** The exports of the engine, each call of which is noted. */
  exports<T extends object>(exports: T): T;
  /** The import object, whose answers are noted. */
  imports(imports: WebAssembly.Imports): WebAssembly.Imports;
  completed(answer: Answer): void;
  /** The run is over, and this is what all its memory hashes to. */
  end(fingerprint: number): void;
}
