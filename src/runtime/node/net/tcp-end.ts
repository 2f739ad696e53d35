// One connection between the box and a socket of the host. tcp(7).
// Invariant: the box is sent no more bytes than it gave credit for, and gets credit back only for bytes that the host's
// kernel has taken: what is buffered here is bounded both ways. Ends of streams pass as FIN, breaks as RST.
import type { Socket } from 'node:net';
import * as F from '../../../../abi/hostnet.ts';
import { ECONNRESET } from '../../../../abi/linux/errno.ts';
import type { Frame, FrameQueue } from '../../net/frames.ts';
import { errnoOf } from './errno.ts';

/** Bytes of a connection that the box may have on their way through this process. */
export const CREDIT = 262144;

/** How long a client may take for the last bytes of a box that has ended. */
const LINGER_MS = 5000;

/** By RST, where the socket has such a thing; one between boxes just ends. */
export function breakOff(socket: Socket): void {
  if (socket.remoteFamily === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

export class TcpEnd {
  readonly #id: number;
  readonly #socket: Socket;
  readonly #queue: FrameQueue;
  #credit: number;
  /** Bytes that have come beyond the credit. */
  #held: Buffer[] = [];
  #ended = false;
  #toldEnd = false;
  /** The box takes nothing any more. */
  #closed = false;

  /** `onGone` is called when nothing more can happen. */
  constructor(id: number, socket: Socket, credit: number, queue: FrameQueue, onGone: () => void) {
    this.#id = id;
    this.#socket = socket;
    this.#credit = credit;
    this.#queue = queue;
    socket.on('data', (chunk: Buffer) => this.#data(chunk));
    socket.on('end', () => this.#end());
    let failure: unknown;
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      if (failure && !this.#closed) queue.push(F.NET_RESET, id, errnoOf(failure, ECONNRESET));
      onGone();
    });
  }

  /** A frame of the box about this connection. */
  take({ kind, value, data }: Frame): void {
    if (kind === F.NET_DATA) this.#write(Buffer.from(data!));
    else if (kind === F.NET_CREDIT) this.#addCredit(value);
    else if (kind === F.NET_FIN) this.#socket.end();
    else if (kind === F.NET_CLOSE) this.#close();
    else if (kind === F.NET_RESET) this.reset();
  }

  /** Breaks the connection off. The box is not told. */
  reset(): void {
    this.#closed = true;
    breakOff(this.#socket);
  }

  /** The box has ended: what it closed before goes out yet, for a while; the rest breaks off. */
  abandon(): void {
    if (!this.#closed) return this.reset();
    setTimeout(() => this.#socket.destroy(), LINGER_MS).unref();
  }

  #write(bytes: Buffer): void {
    this.#socket.write(bytes, (error) => {
      if (!error && !this.#closed) this.#queue.push(F.NET_CREDIT, this.#id, bytes.length);
    });
  }

  /** What the box has sent still goes out. A client that goes on sending learns by RST that nobody reads. */
  #close(): void {
    const unread = this.#held.length > 0;
    this.#closed = true;
    this.#held = [];
    if (unread) return this.reset();
    this.#socket.end();
    this.#socket.resume();
  }

  #data(chunk: Buffer): void {
    if (this.#closed) return this.reset();
    this.#held.push(chunk);
    this.#deliver();
    if (this.#held.length > 0) this.#socket.pause();
  }

  #end(): void {
    this.#ended = true;
    this.#deliver();
  }

  #addCredit(bytes: number): void {
    this.#credit += bytes;
    this.#deliver();
    if (this.#held.length === 0 && !this.#ended) this.#socket.resume();
  }

  /** As much as there is credit for, then the end. */
  #deliver(): void {
    while (this.#held.length > 0 && this.#credit > 0) {
      const chunk = this.#held[0];
      const piece = chunk.subarray(0, this.#credit);
      this.#credit -= piece.length;
      this.#queue.data(this.#id, piece);
      if (piece.length === chunk.length) this.#held.shift();
      else this.#held[0] = chunk.subarray(piece.length);
    }
    if (!this.#ended || this.#held.length > 0 || this.#toldEnd || this.#closed) return;
    this.#toldEnd = true;
    this.#queue.push(F.NET_FIN, this.#id);
  }
}
