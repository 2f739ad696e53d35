// Watches what a box prints and calls back once a text has come by, however it was cut into writes.
import type { ByteSink } from '../streams.ts';

/** Two sinks in place of `stdout` and `stderr`; `found` is called once, between two resumes of the box. */
export function watchFor(text: string, stdout: ByteSink, stderr: ByteSink, found: () => void): [ByteSink, ByteSink] {
  const wanted = Buffer.from(text);
  let done = false;
  const watch = (sink: ByteSink): ByteSink => {
    let tail = Buffer.alloc(0);
    return {
      write: (bytes) => {
        if (!done) {
          tail = Buffer.concat([tail, bytes]);
          done = tail.includes(wanted);
          // The write is answered first: what the box has printed is not printed again by its copy.
          if (done) queueMicrotask(found);
          tail = tail.subarray(Math.max(0, tail.length - wanted.length + 1));
        }
        return sink.write(bytes);
      },
    };
  };
  return [watch(stdout), watch(stderr)];
}
