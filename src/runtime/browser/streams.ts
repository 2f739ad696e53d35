// Web streams and callbacks as streams of a box.
import type { ByteSink, ByteSource } from '../streams.ts';

const EMPTY = new Uint8Array(0);

/** What a page may give for output: a function that is called with each piece, or a stream that holds the box back. */
export type Output = ((bytes: Uint8Array) => void) | WritableStream<Uint8Array>;

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

export function sourceOf(input: ReadableStream<Uint8Array>): ByteSource {
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
