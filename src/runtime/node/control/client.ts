// Asks a running box of this user for something: the other side of server.ts.
import { connect } from 'node:net';
import { type ErrorCode, systemCode, WbxError } from '../../../errors.ts';
import { Connection, type Message } from './connection.ts';
import { StreamPiece } from './frame.ts';
import { socketPath } from './socket.ts';

export type Request = { op: string } & Message;

interface Answer {
  value?: unknown;
  error?: { code: ErrorCode; message: string };
}

/** Sends one request to the box `id`; the error of its answer is thrown here. Streams go to `onPiece`. */
export async function askBox(
  id: string,
  request: Request,
  onPiece?: (piece: StreamPiece) => void | Promise<void>,
): Promise<unknown> {
  const connection = await openConnection(id, request);
  try {
    return await answerOf(connection, id, onPiece);
  } finally {
    connection.destroy();
  }
}

/** A connection with the request on its way. */
export async function openConnection(id: string, request: Request): Promise<Connection> {
  const socket = connect(socketPath(id));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
  } catch (error) {
    const gone = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(systemCode(error) ?? '');
    throw gone ? new WbxError('NOT_FOUND', `the box ${id} is not running`, error) : error;
  }
  const connection = new Connection(socket);
  connection.send(request);
  return connection;
}

/** The answer, behind the streams of the request. */
export async function answerOf(
  connection: Connection,
  id: string,
  onPiece?: (piece: StreamPiece) => void | Promise<void>,
): Promise<unknown> {
  for (let frame = await connection.next(); frame !== undefined; frame = await connection.next()) {
    if (frame instanceof StreamPiece) {
      await onPiece?.(frame);
      continue;
    }
    const { value, error } = frame as Answer;
    if (error) throw new WbxError(error.code, error.message);
    return value;
  }
  throw new WbxError('IO', `the box ${id} ended without an answer`);
}
