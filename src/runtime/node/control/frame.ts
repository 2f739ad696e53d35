// Frames of the control protocol: a length (u32, little-endian), then that many bytes: JSON, or, when the first byte is below
// 8, a piece of the stream of that number. Either side may be hostile: a frame has a limit, and what is neither ends the
// connection.
import type { Socket } from 'node:net';
import { WbxError } from '../../../errors.ts';

const FRAME_MAX = 1 << 20;
/** Streams have smaller numbers; JSON begins with a printable character. */
const STREAMS_END = 8;

/** Bytes of a stream: 0 is input, 1 and 2 are output. No bytes = the end of input. */
export class StreamPiece {
  readonly stream: number;
  readonly bytes: Uint8Array;

  constructor(stream: number, bytes: Uint8Array) {
    this.stream = stream;
    this.bytes = bytes;
  }
}

/** False when the other side is behind with reading. */
export function writeFrame(socket: Socket, value: unknown): boolean {
  return writeBody(socket, Buffer.from(JSON.stringify(value)));
}

export function writePiece(socket: Socket, { stream, bytes }: StreamPiece): boolean {
  return writeBody(socket, Buffer.concat([Buffer.of(stream), bytes]));
}

function writeBody(socket: Socket, body: Buffer): boolean {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return socket.write(Buffer.concat([head, body]));
}

/** The frames of a connection, to its end: values of JSON and pieces of streams. */
export async function* readFrames(socket: Socket): AsyncGenerator<unknown> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of socket) {
    pending.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    // Joined only once a frame is whole: a long one that arrives in drops costs no more than its length.
    for (let end = frameEnd(pending, size); end <= size; end = frameEnd(pending, size)) {
      const all = pending.length === 1 ? pending[0] : Buffer.concat(pending);
      yield parse(all.subarray(4, end));
      pending = [all.subarray(end)];
      size -= end;
    }
  }
}

/** Where the first frame ends. */
function frameEnd(pending: Buffer[], size: number): number {
  if (size < 4) return 4 + FRAME_MAX;
  const head = pending[0].length >= 4 ? pending[0] : Buffer.concat(pending);
  const length = head.readUInt32LE();
  if (length > FRAME_MAX) throw new WbxError('BAD_ARGUMENT', 'the other side sends a message that is too long');
  return 4 + length;
}

function parse(body: Buffer): unknown {
  if (body.length > 0 && body[0] < STREAMS_END) return new StreamPiece(body[0], body.subarray(1));
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new WbxError('BAD_ARGUMENT', 'the other side sends what is not a message', error);
  }
}
