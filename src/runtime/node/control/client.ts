// Asks a running box of this user for something: the other side of server.ts.
import { connect } from 'node:net';
import { type ErrorCode, systemCode, WbxError } from '../../../errors.ts';
import { readFrames, writeFrame } from './frame.ts';
import { socketPath } from './socket.ts';

interface Answer {
  value?: unknown;
  error?: { code: ErrorCode; message: string };
}

/** Sends one request to the box `name`; the error of its answer is thrown here. */
export async function askBox(name: string, request: { op: string } & Record<string, unknown>): Promise<unknown> {
  const socket = connect(socketPath(name));
  try {
    writeFrame(socket, request);
    for await (const frame of readFrames(socket)) {
      const { value, error } = frame as Answer;
      if (error) throw new WbxError(error.code, error.message);
      return value;
    }
  } catch (error) {
    const gone = ['ENOENT', 'ECONNREFUSED'].includes(systemCode(error) ?? '');
    throw gone ? new WbxError('NOT_FOUND', `no box named "${name}" is running: start it with --name`, error) : error;
  } finally {
    socket.destroy();
  }
  throw new WbxError('IO', `the box "${name}" ended without an answer`);
}
