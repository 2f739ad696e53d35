// The log of a box: a line of JSON for every line of output, {"log","stream","time"}, in files that are rotated at a size:
// `log` is the newest, then log.1, log.2 ... Invariant: however much a box prints, its log stays below maxSize * maxFiles.
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { LogOptions } from './record.ts';

/** A line that grows longer is cut into entries of this size; only the last one ends with \n. */
const ENTRY_MAX = 16 * 1024;

export interface LogEntry {
  log: string;
  stream: 'stdout' | 'stderr';
  time: string;
}

interface Part {
  decoder: StringDecoder;
  text: string;
  since: string;
}

export class LogFile {
  readonly #path: string;
  readonly #options: LogOptions;
  readonly #parts: Record<LogEntry['stream'], Part> = { stdout: newPart(), stderr: newPart() };
  #fd: number;
  #size: number;

  constructor(path: string, options: LogOptions) {
    this.#path = path;
    this.#options = options;
    this.#fd = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#fd).size;
  }

  write(stream: LogEntry['stream'], bytes: Uint8Array): void {
    const part = this.#parts[stream];
    if (part.text === '') part.since = new Date().toISOString();
    part.text += part.decoder.write(bytes as Buffer);
    const lines = part.text.split(/(?<=\n)/);
    part.text = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '');
    for (const line of lines) this.#line(stream, line, part.since);
    for (; part.text.length >= ENTRY_MAX; part.text = part.text.slice(ENTRY_MAX)) {
      this.#entry(stream, part.text.slice(0, ENTRY_MAX), part.since);
    }
  }

  /** Writes what has no end of line yet. */
  flush(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const { text, since } = this.#parts[stream];
      if (text !== '') this.#entry(stream, text, since);
      this.#parts[stream] = newPart();
    }
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }

  #line(stream: LogEntry['stream'], line: string, time: string): void {
    for (let at = 0; at < line.length; at += ENTRY_MAX) this.#entry(stream, line.slice(at, at + ENTRY_MAX), time);
  }

  #entry(stream: LogEntry['stream'], log: string, time: string): void {
    const bytes = Buffer.from(`${JSON.stringify({ log, stream, time })}\n`);
    if (this.#size > 0 && this.#size + bytes.length > this.#options.maxSize) this.#rotate();
    writeSync(this.#fd, bytes);
    this.#size += bytes.length;
  }

  #rotate(): void {
    closeSync(this.#fd);
    const { maxFiles } = this.#options;
    const name = (n: number) => (n === 0 ? this.#path : `${this.#path}.${n}`);
    rmSync(name(maxFiles - 1), { force: true });
    for (let n = maxFiles - 2; n >= 0; n--) {
      try {
        renameSync(name(n), name(n + 1));
      } catch {
        // There are not that many yet.
      }
    }
    this.#fd = openSync(this.#path, 'a', 0o600);
    this.#size = 0;
  }
}

function newPart(): Part {
  return { decoder: new StringDecoder('utf8'), text: '', since: '' };
}
