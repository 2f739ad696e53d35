// One connection that a relay carries. Invariant: each side is sent what it has granted and no more; what is held here is bounded by
// what the relay has granted the page.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import * as R from '../../net/relay-protocol.ts';

/** The page has sent more than it was granted, or what is no message of the protocol. */
const BREACH = 1008;

export class RelayEnd {
  readonly #client: WebSocket;
  #socket: Socket | undefined;
  /** Bytes that the page may still get, and still send. */
  #credit = R.RELAY_FIRST_CREDIT;
  #granted = R.RELAY_FIRST_CREDIT;
  #ended = 0;

  constructor(client: WebSocket) {
    this.#client = client;
    client.on('message', (data: Buffer, isBinary) => {
      // A page waits until the connection stands.
      if (!this.#socket) client.close(BREACH);
      else if (isBinary) this.#write(this.#socket, data);
      else this.#hear(this.#socket, data.toString());
    });
  }

  /** The connection stands. */
  attach(socket: Socket): void {
    this.#socket = socket;
    this.#client.send(R.RELAY_OPEN);
    socket.on('readable', () => this.#send(socket));
    socket.on('end', () => {
      this.#client.send(R.RELAY_FIN);
      this.#end();
    });
    socket.on('close', () => this.#client.close());
  }

  #write(socket: Socket, bytes: Buffer): void {
    this.#granted -= bytes.length;
    if (this.#granted < 0) return this.#client.close(BREACH);
    socket.write(bytes, (error) => {
      if (error) return;
      this.#granted += bytes.length;
      this.#client.send(`${R.RELAY_CREDIT}${bytes.length}`, () => {});
    });
  }

  #hear(socket: Socket, text: string): void {
    if (text === R.RELAY_FIN) {
      socket.end();
      return this.#end();
    }
    this.#credit += Number(/^credit (\d{1,9})$/.exec(text)?.[1] ?? Number.NaN);
    if (this.#credit <= R.RELAY_FIRST_CREDIT) this.#send(socket);
    else this.#client.close(BREACH);
  }

  #send(socket: Socket): void {
    while (this.#credit > 0 && socket.readableLength > 0) {
      const bytes = socket.read(Math.min(this.#credit, R.RELAY_PIECE, socket.readableLength)) as Buffer | null;
      if (!bytes) return;
      this.#credit -= bytes.length;
      this.#client.send(bytes);
    }
    // At its end a stream says so to who reads.
    if (socket.readableLength === 0) socket.read(0);
  }

  #end(): void {
    if (++this.#ended === 2) this.#client.close();
  }
}
