// Frames of the control protocol: a length (u32, little-endian), then that many bytes of JSON. Either side may be hostile:
// a frame has a limit, and what is not JSON ends the connection.
import type { Socket } from 'node:net';
import { WbxError } from '../../../errors.ts';

/** Requests and answers are short; streams do not pass through frames. */
const FRAME_MAX = 1 << 20;

export function writeFrame(socket: Socket, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  socket.write(Buffer.concat([head, body]));
}

/** The frames of a connection, to its end. */
export async function* readFrames(socket: Socket): AsyncGenerator<unknown> {
  let pending = Buffer.alloc(0);
  for await (const chunk of socket) {
    pending = Buffer.concat([pending, chunk as Buffer]);
    while (pending.length >= 4) {
      const end = 4 + pending.readUInt32LE();
      if (end > FRAME_MAX) throw new WbxError('BAD_ARGUMENT', 'the other side sends a message that is too long');
      if (pending.length < end) break;
      yield parse(pending.subarray(4, end));
      pending = pending.subarray(end);
    }
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new WbxError('BAD_ARGUMENT', 'the other side sends what is not a message', error);
  }
}
