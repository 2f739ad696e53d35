// Processes that a host has started in its box beside pid 1, and their streams. Invariant: an id is never used again, so that
// a late write of an earlier process cannot reach the streams of another.
import { SourceReader } from './source-reader.ts';
import type { ByteSink, ByteSource } from './streams.ts';
import { WholeWrites } from './whole-writes.ts';

/** Below are the streams of pid 1 and those of traces. */
const FIRST_ID = 16;

/** What a process is connected to; what is missing reads as end of file, or as a closed pipe. */
export interface ProcessStreams {
  stdin?: ByteSource;
  stdout?: ByteSink;
  stderr?: ByteSink;
}

export interface GuestProcess {
  readonly id: number;
  pid: number;
  /** Its status as a shell shows it. */
  readonly exit: Promise<number>;
  /** All that it and its children had open for output is written and closed. */
  readonly outputEnd: Promise<void>;
}

interface Entry extends GuestProcess {
  running: boolean;
  openOutputs: number;
  ended(status: number): void;
  outputEnded(): void;
}

export class Processes {
  readonly sources = new Map<number, SourceReader>();
  readonly sinks: Map<number, ByteSink>;
  readonly #entries = new Map<number, Entry>();
  #nextId = FIRST_ID;

  constructor(sinks: Map<number, ByteSink>) {
    this.sinks = sinks;
  }

  /** Connects the streams of a process that is about to be started. */
  open({ stdin, stdout, stderr }: ProcessStreams): GuestProcess {
    const id = this.#nextId++;
    if (stdin) this.sources.set(id * 4, new SourceReader(stdin));
    if (stdout) this.sinks.set(id * 4 + 1, new WholeWrites(stdout));
    if (stderr) this.sinks.set(id * 4 + 2, new WholeWrites(stderr));
    let ended = (_status: number) => {};
    let outputEnded = () => {};
    const exit = new Promise<number>((resolve) => (ended = resolve));
    const outputEnd = new Promise<void>((resolve) => (outputEnded = resolve));
    const entry: Entry = { id, pid: 0, exit, outputEnd, running: true, openOutputs: 2, ended, outputEnded };
    this.#entries.set(id, entry);
    return entry;
  }

  /** RING_CLOSE */
  closed(handle: number): void {
    this.sources.get(handle)?.close();
    this.sources.delete(handle);
    this.sinks.delete(handle);
    const entry = this.#entries.get(handle >>> 2);
    if (!entry || handle % 4 === 0 || --entry.openOutputs > 0) return;
    entry.outputEnded();
    this.#forget(entry);
  }

  /** RING_EXITED */
  exited(id: number, status: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.ended(status);
    entry.running = false;
    this.#forget(entry);
  }

  #forget(entry: Entry): void {
    if (!entry.running && entry.openOutputs === 0) this.#entries.delete(entry.id);
  }

  /** The box is gone, and with it all that runs in it. */
  end(status: number): void {
    for (const source of this.sources.values()) source.close();
    for (const entry of this.#entries.values()) {
      entry.ended(status);
      entry.outputEnded();
    }
    this.#entries.clear();
  }
}
