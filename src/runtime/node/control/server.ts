// The control socket of a running box: other processes of its user ask it for something. One connection is one request.
// Invariant: the socket's directory lets nobody else in, and it is gone when the box is.
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { WbxError } from '../../../errors.ts';
import { Connection, type Message } from './connection.ts';
import { StreamPiece } from './frame.ts';
import { socketPath } from './socket.ts';

/** Answers the requests of one kind: gets the request, answers a JSON value. The connection is for kinds that stream. */
export type ControlHandler = (request: Message, connection: Connection) => Promise<unknown>;

/** By the request's `op`. */
export type ControlHandlers = Record<string, ControlHandler>;

/** Listens under `name` until the returned function is called. */
export async function serveControl(name: string, handlers: ControlHandlers): Promise<() => void> {
  const path = socketPath(name);
  if (await isAlive(path)) throw new WbxError('BAD_ARGUMENT', `the box ${name} is running already`);
  rmSync(path, { force: true });
  const server = createServer((socket) => void answer(new Connection(socket), handlers));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return () => {
    server.close();
    rmSync(path, { force: true });
  };
}

/** Does somebody listen there? A process that was killed leaves its socket behind. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket: Socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function answer(connection: Connection, handlers: ControlHandlers): Promise<void> {
  try {
    const request = await connection.next();
    if (request !== undefined) {
      const op = request instanceof StreamPiece ? undefined : request.op;
      const known = typeof op === 'string' && Object.hasOwn(handlers, op);
      if (!known) throw new WbxError('UNSUPPORTED', `the box does not know the request ${JSON.stringify(op) ?? ''}`);
      connection.send({ value: await handlers[op](request as Message, connection) });
    }
  } catch (error) {
    const code = error instanceof WbxError ? error.code : 'IO';
    connection.send({ error: { code, message: (error as Error).message } });
  }
  connection.end();
}
