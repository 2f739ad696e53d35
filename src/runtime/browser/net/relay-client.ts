// A connection of the box by a relay (net/relay-protocol.ts).
import { ECONNREFUSED } from '../../../../abi/linux/errno.ts';
import * as R from '../../net/relay-protocol.ts';
import type { Connection } from '../../net/visitor.ts';

/** Rejects with an errno when the relay, or the server behind it, is not reached. */
export async function openRelay(
  relay: string,
  host: string,
  port: number,
): Promise<(connection: Connection) => Promise<void>> {
  const url = new URL(relay);
  url.searchParams.set('to', `${host}:${port}`);
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const wire = new Wire(socket);
  await wire.opened;
  return (connection) => wire.carry(connection);
}

class Wire {
  readonly opened: Promise<void>;
  readonly #socket: WebSocket;
  readonly #closed: Promise<number>;
  #credit = R.RELAY_FIRST_CREDIT;
  #moreCredit = () => {};
  #bytes!: ReadableStreamDefaultController<Uint8Array>;
  #ended = false;
  readonly #incoming = new ReadableStream<Uint8Array>({
    start: (controller) => {
      this.#bytes = controller;
    },
  });

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => {
      socket.onclose = ({ code }) => {
        this.#moreCredit();
        if (!this.#ended) this.#bytes.error(new Error('the relay has closed the connection'));
        this.#ended = true;
        resolve(code);
      };
    });
    this.opened = new Promise((resolve, reject) => {
      void this.#closed.then((code) =>
        reject(code > R.RELAY_CLOSE && code < R.RELAY_CLOSE + 1000 ? code - R.RELAY_CLOSE : ECONNREFUSED),
      );
      socket.onmessage = ({ data }) => this.#take(data as string | ArrayBuffer, resolve);
    });
  }

  /** Bytes both ways, until both ends have ended or one breaks off. */
  async carry({ readable, writable }: Connection): Promise<void> {
    try {
      await Promise.all([
        this.#incoming.pipeThrough(this.#granting()).pipeTo(writable),
        readable.pipeTo(this.#outgoing()),
      ]);
    } finally {
      this.#socket.close();
    }
  }

  #take(data: string | ArrayBuffer, opened: () => void): void {
    if (typeof data !== 'string') {
      if (!this.#ended) this.#bytes.enqueue(new Uint8Array(data));
    } else if (data === R.RELAY_OPEN) opened();
    else if (data === R.RELAY_FIN) {
      if (!this.#ended) this.#bytes.close();
      this.#ended = true;
    } else if (data.startsWith(R.RELAY_CREDIT)) {
      this.#credit += Number(data.slice(R.RELAY_CREDIT.length));
      this.#moreCredit();
    }
  }

  /** What the box has taken may come again. */
  #granting(): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform: (bytes, out) => {
        out.enqueue(bytes);
        if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(`${R.RELAY_CREDIT}${bytes.length}`);
      },
    });
  }

  #outgoing(): WritableStream<Uint8Array> {
    return new WritableStream({
      write: async (bytes) => {
        for (let rest = bytes; rest.length > 0; ) {
          if (this.#socket.readyState !== WebSocket.OPEN) throw new Error('the relay has closed the connection');
          const piece = rest.slice(0, Math.min(this.#credit, R.RELAY_PIECE));
          this.#credit -= piece.length;
          if (piece.length > 0) this.#socket.send(piece);
          else await new Promise<void>((resolve) => (this.#moreCredit = resolve));
          rest = rest.subarray(piece.length);
        }
      },
      close: () => this.#socket.send(R.RELAY_FIN),
      abort: () => this.#socket.close(),
    });
  }
}
