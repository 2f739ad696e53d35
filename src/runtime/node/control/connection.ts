// One side of a control connection: messages and pieces of streams, in order. Invariant: what is not asked for is not read, so a
// side that sends more than the other takes is held back by the socket.
import type { Socket } from 'node:net';
import { WbxError } from '../../../errors.ts';
import { readFrames, StreamPiece, writeFrame, writePiece } from './frame.ts';

/** Pieces are smaller than a frame may be. */
const PIECE_MAX = 1 << 16;

export type Message = Record<string, unknown>;

export class Connection {
  readonly #socket: Socket;
  readonly #frames: AsyncGenerator<unknown>;
  readonly closed: Promise<void>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#frames = readFrames(socket);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
  }

  /** The next frame; undefined at the end, also when the other side has died. */
  async next(): Promise<Message | StreamPiece | undefined> {
    const { value, done } = await this.#frames.next().catch(endOfDead);
    if (done) return undefined;
    return value instanceof StreamPiece ? value : { ...(value as Message) };
  }

  send(message: Message): void {
    if (this.#socket.writable) writeFrame(this.#socket, message);
  }

  sendBytes(stream: number, bytes: Uint8Array): void {
    if (!this.#socket.writable) return;
    if (bytes.length === 0) writePiece(this.#socket, new StreamPiece(stream, bytes));
    for (let at = 0; at < bytes.length; at += PIECE_MAX) {
      writePiece(this.#socket, new StreamPiece(stream, bytes.subarray(at, at + PIECE_MAX)));
    }
  }

  /** Bytes that the other side has not taken yet. */
  get behind(): number {
    return this.#socket.writableLength;
  }

  /** Until the other side has taken what was sent, or is gone. */
  async drained(): Promise<void> {
    if (this.#socket.destroyed || !this.#socket.writableNeedDrain) return;
    await Promise.race([new Promise<void>((resolve) => this.#socket.once('drain', resolve)), this.closed]);
  }

  /** What was sent still arrives. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** A side that dies may leave an error of the socket behind. */
function endOfDead(error: unknown): IteratorResult<unknown> {
  if (error instanceof WbxError) throw error;
  return { value: undefined, done: true };
}
