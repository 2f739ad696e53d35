// System calls in a box, made by a program that we bring along (runtime/guest/calls.c): its user is root, it sees the files of the
// box as programs there do, mounts included, and needs no program of the image. Invariant: one call is under way at a time.
import { WbxError } from '../../errors.ts';

/** Bytes of the program's buffer. */
export const CALL_BUFFER = 1 << 16;
const AS_RESULT = 0xffffffff;
const HEAD = 64;

/** A place in the program's buffer, as an argument. */
export class InBuffer {
  readonly offset: number;

  constructor(offset = 0) {
    this.offset = offset;
  }
}

type Argument = number | bigint | InBuffer;

export class GuestCalls {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #left: Uint8Array = new Uint8Array(0);
  #buffer: bigint | undefined;

  constructor(send: (bytes: Uint8Array) => void, pieces: AsyncIterable<Uint8Array>) {
    this.#send = send;
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The result, which may be -errno. `data` goes into the buffer before. */
  async call(number: number, args: Argument[], data?: Uint8Array): Promise<number> {
    await this.#request(number, args, data, 0);
    return Number((await this.#take(8)).readBigInt64LE());
  }

  /** The same with `wanted` bytes of the buffer afterwards; absent = as many as the result says. */
  async fetch(
    number: number,
    args: Argument[],
    data?: Uint8Array,
    wanted = AS_RESULT,
  ): Promise<{ result: number; bytes: Buffer }> {
    await this.#request(number, args, data, wanted);
    const result = Number((await this.#take(8)).readBigInt64LE());
    const length = wanted === AS_RESULT ? Math.max(0, result) : wanted;
    if (length > CALL_BUFFER) throw new WbxError('IO', 'the box answers what nobody asked for');
    return { result, bytes: await this.#take(length) };
  }

  async #request(number: number, args: Argument[], data: Uint8Array | undefined, wanted: number): Promise<void> {
    this.#buffer ??= (await this.#take(8)).readBigUInt64LE();
    const head = Buffer.alloc(HEAD);
    head.writeBigInt64LE(BigInt(number), 0);
    for (const [i, arg] of args.entries()) head.writeBigUInt64LE(BigInt.asUintN(64, this.#value(arg)), 8 + 8 * i);
    head.writeUInt32LE(data?.length ?? 0, 56);
    head.writeUInt32LE(wanted, 60);
    this.#send(data ? Buffer.concat([head, data]) : head);
  }

  #value(arg: Argument): bigint {
    return arg instanceof InBuffer ? this.#buffer! + BigInt(arg.offset) : BigInt(arg);
  }

  async #take(length: number): Promise<Buffer> {
    const parts: Uint8Array[] = [this.#left];
    let size = this.#left.length;
    while (size < length) {
      const { value, done } = await this.#pieces.next();
      if (done) throw new WbxError('IO', 'the box has ended in the middle');
      parts.push(value as Uint8Array);
      size += (value as Uint8Array).length;
    }
    const all = Buffer.concat(parts);
    this.#left = all.subarray(length);
    return all.subarray(0, length);
  }
}
