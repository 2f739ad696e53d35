// Standard streams of a Node process as streams of a box. Invariant: nothing is lost, and nothing is read before the box
// asks. Regular files are read and all output is written synchronously; pipes and terminals are read through the event loop.
import { fstatSync, readSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { EIO, EPIPE } from '../../../abi/linux/errno.ts';
import type { MaybePromise } from '../../box/source.ts';
import type { ByteSink, ByteSource } from '../streams.ts';

/** A full non-blocking pipe is tried again after this many milliseconds, then after twice as many, up to the maximum. */
const RETRY_MS = 1;
const RETRY_MAX_MS = 16;

/** Writes to a descriptor of this process, such as 1 or 2. */
export function fdSink(fd: number): ByteSink {
  return { write: (bytes) => writeOnce(fd, bytes) ?? retry(fd, bytes.slice()) };
}

async function retry(fd: number, bytes: Uint8Array): Promise<number> {
  for (let delay = RETRY_MS; ; delay = Math.min(delay * 2, RETRY_MAX_MS)) {
    await setTimeout(delay);
    const result = writeOnce(fd, bytes);
    if (result !== undefined) return result;
  }
}

/** Bytes taken or -errno; undefined when a non-blocking descriptor is full. */
function writeOnce(fd: number, bytes: Uint8Array): number | undefined {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    const { code, errno } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return undefined;
    return code === 'EPIPE' ? -EPIPE : (errno ?? -EIO);
  }
}

/** Reads descriptor 0 of this process. */
export function stdinSource(): ByteSource {
  const stat = fstatSync(0);
  const isNull = stat.isCharacterDevice() && !process.stdin.isTTY;
  return stat.isFile() || isNull ? new FileSource(0) : new EventSource();
}

class FileSource implements ByteSource {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  read(max: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(max, 1 << 20));
    return bytes.subarray(0, readSync(this.#fd, bytes));
  }
}

/** process.stdin in paused mode: the stream is read only while the box waits. */
class EventSource implements ByteSource {
  #ended = false;
  #started = false;

  read(): MaybePromise<Uint8Array> {
    if (!this.#started) this.#start();
    const chunk = process.stdin.read() as Buffer | null;
    if (chunk) return chunk;
    return this.#ended ? new Uint8Array(0) : this.#wait();
  }

  close(): void {
    if (!this.#started) return;
    process.stdin.pause();
    process.stdin.unref?.();
  }

  #start(): void {
    this.#started = true;
    const end = () => {
      this.#ended = true;
    };
    process.stdin.once('end', end).once('close', end).once('error', end);
  }

  async #wait(): Promise<Uint8Array> {
    await new Promise<void>((resolve) => {
      const events = ['readable', 'end', 'close', 'error'];
      const done = () => {
        for (const event of events) process.stdin.off(event, done);
        resolve();
      };
      for (const event of events) process.stdin.on(event, done);
    });
    return this.read();
  }
}
