// Views of a box's linear memory. Invariant: never kept across a call into the box, since memory.grow detaches them.

export class Memory {
  readonly #memory: WebAssembly.Memory;
  #u8: Uint8Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#u8 = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  get u8(): Uint8Array {
    if (this.#u8.buffer !== this.#memory.buffer) this.#renew();
    return this.#u8;
  }

  get view(): DataView {
    if (this.#view.buffer !== this.#memory.buffer) this.#renew();
    return this.#view;
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  setU32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  /** A u64 as a number: exact below 2^53, rounded above. */
  u64(at: number): number {
    return this.u32(at) + this.u32(at + 4) * 2 ** 32;
  }

  setU64(at: number, value: bigint): void {
    this.view.setBigUint64(at, value, true);
  }

  bytes(at: number, length: number): Uint8Array {
    return this.u8.subarray(at, at + length);
  }

  text(at: number, length: number): string {
    return new TextDecoder().decode(this.u8.slice(at, at + length));
  }

  #renew(): void {
    this.#u8 = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}
