// zstd where this Node has none of its own (before 22.15): the same frames through fzstd, which is JavaScript.
import { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';

/** createZstdDecompress came with Node 22.15; the types of Node 20 do not know it. */
const native = (zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream }).createZstdDecompress;

export function createZstdDecompressor(): NodeJS.ReadWriteStream {
  return native ? native() : scripted();
}

/** fzstd keeps what it is given, and streams use their buffers again: so it gets copies. */
export function scripted(): Transform {
  const output: Uint8Array[] = [];
  const decoder = new Decompress((bytes) => output.push(bytes));
  const decode = (input: Uint8Array, last: boolean): Buffer => {
    decoder.push(input, last);
    return Buffer.concat(output.splice(0));
  };
  return new Transform({
    transform(bytes: Uint8Array, _encoding, done) {
      attempt(() => decode(Uint8Array.from(bytes), false), done);
    },
    flush(done) {
      attempt(() => decode(new Uint8Array(0), true), done);
    },
  });
}

function attempt(work: () => Buffer, done: (error: Error | null, bytes?: Buffer) => void): void {
  try {
    done(null, work());
  } catch (error) {
    done(error as Error);
  }
}
