// What a box prints, for its log and for everyone who is attached. Invariant: the host's memory does not grow with the
// output: who started the box in the foreground holds it back when slow, as a pipe would; others are let go when they fall behind.
import type { Connection } from '../control/connection.ts';
import type { ByteSink } from '../../streams.ts';
import type { LogFile } from './log-file.ts';

const BEHIND_MAX = 1 << 20;

export interface Attached {
  connection: Connection;
  /** The box waits for it. */
  holds: boolean;
  stdout: boolean;
  stderr: boolean;
}

export class Output {
  readonly #log: LogFile | undefined;
  readonly #clients = new Set<Attached>();

  constructor(log: LogFile | undefined) {
    this.#log = log;
  }

  add(client: Attached): void {
    this.#clients.add(client);
    void client.connection.closed.then(() => this.#clients.delete(client));
  }

  delete(client: Attached): void {
    this.#clients.delete(client);
  }

  sink(stream: 'stdout' | 'stderr'): ByteSink {
    const number = stream === 'stdout' ? 1 : 2;
    return {
      write: (bytes) => {
        this.#log?.write(stream, bytes);
        const late = [...this.#clients].filter((client) => client[stream] && this.#isLate(client, number, bytes));
        if (late.length === 0) return bytes.length;
        const length = bytes.length;
        return Promise.all(late.map(({ connection }) => connection.drained())).then(() => length);
      },
    };
  }

  /** Sends; true when the box is to wait for it. */
  #isLate(client: Attached, stream: number, bytes: Uint8Array): boolean {
    const { connection, holds } = client;
    connection.sendBytes(stream, bytes);
    if (connection.behind < BEHIND_MAX) return false;
    if (holds) return true;
    this.#clients.delete(client);
    connection.destroy();
    return false;
  }
}
