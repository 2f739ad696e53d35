// What users connect to a box, as streams of the runtime: functions, bytes and web streams, which every host has.
import type { ByteSink, ByteSource } from './streams.ts';

/** Input: all of it, or a stream. */
export type Input = string | Uint8Array | ReadableStream<Uint8Array>;

/** Output: a function that gets each piece, or a stream, whose backpressure holds the program back. */
export type Output = ((bytes: Uint8Array) => void) | WritableStream<Uint8Array>;

const EMPTY = new Uint8Array(0);

export function sourceOf(input: Input): ByteSource {
  if (!(input instanceof ReadableStream)) {
    let rest: Uint8Array = typeof input === 'string' ? new TextEncoder().encode(input) : input;
    return {
      read: (max) => {
        const piece = rest.subarray(0, max);
        rest = rest.subarray(piece.length);
        return piece;
      },
    };
  }
  const reader = input.getReader();
  return {
    read: async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return EMPTY;
        if (value.length > 0) return value;
      }
    },
    close: () => {
      reader.cancel().catch(() => {});
    },
  };
}

export function sinkOf(output: Output): ByteSink {
  if (typeof output === 'function') {
    return {
      write: (bytes) => {
        output(bytes.slice());
        return bytes.length;
      },
    };
  }
  const writer = output.getWriter();
  return { write: (bytes) => writeWhenReady(writer, bytes.slice()) };
}

async function writeWhenReady(writer: WritableStreamDefaultWriter<Uint8Array>, bytes: Uint8Array): Promise<number> {
  await writer.ready;
  // Not awaited: the stream's queue takes the bytes, `ready` holds the next write back. An error comes with the next one.
  writer.write(bytes).catch(() => {});
  return bytes.length;
}

/** Keeps what is written, as text in the end. */
export class Collected {
  readonly #decoder = new TextDecoder();
  #text = '';

  readonly output = (bytes: Uint8Array): void => {
    this.#text += this.#decoder.decode(bytes, { stream: true });
  };

  text(): string {
    return this.#text + this.#decoder.decode();
  }
}
