// The control socket of a running box: other processes of its user ask it for something. One connection is one request.
// Invariant: the socket's directory lets nobody else in, and it is gone when the box is.
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { WbxError } from '../../../errors.ts';
import { readFrames, writeFrame } from './frame.ts';
import { socketPath } from './socket.ts';

/** Answers the requests of one kind: gets the request, answers a JSON value. The connection is for kinds that stream. */
export type ControlHandler = (request: Record<string, unknown>, connection: Socket) => Promise<unknown>;

/** By the request's `op`. */
export type ControlHandlers = Record<string, ControlHandler>;

/** Listens under `name` until the returned function is called. */
export async function serveControl(name: string, handlers: ControlHandlers): Promise<() => void> {
  const path = socketPath(name);
  if (await isAlive(path)) throw new WbxError('BAD_ARGUMENT', `a box named "${name}" is running: choose another name`);
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    void answer(socket, handlers);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  chmodSync(path, 0o600);
  server.unref();
  return () => {
    server.close();
    rmSync(path, { force: true });
  };
}

/** Does somebody listen there? A process that was killed leaves its socket behind. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function answer(socket: Socket, handlers: ControlHandlers): Promise<void> {
  try {
    for await (const request of readFrames(socket)) {
      const { op } = request as { op?: unknown };
      const known = typeof op === 'string' && Object.hasOwn(handlers, op);
      if (!known) throw new WbxError('UNSUPPORTED', `the box does not know the request ${JSON.stringify(op)}`);
      writeFrame(socket, { value: await handlers[op](request as Record<string, unknown>, socket) });
      break;
    }
  } catch (error) {
    const code = error instanceof WbxError ? error.code : 'IO';
    writeFrame(socket, { error: { code, message: (error as Error).message } });
  }
  socket.end();
}
