// The terminal's side of a box or of a process in it: streams both ways, raw mode, sizes, signals, detach keys.
import { constants } from 'node:os';
import { SHORT_ID, Boxes } from '../runtime/node/boxes/boxes.ts';
import type { BoxRecord } from '../runtime/node/boxes/record.ts';
import { answerOf, openConnection } from '../runtime/node/control/client.ts';
import type { Connection } from '../runtime/node/control/connection.ts';
import type { StreamPiece } from '../runtime/node/control/frame.ts';
import { fdSink } from '../runtime/node/streams.ts';
import { lendTerminal, terminalSize } from '../runtime/node/terminal.ts';
import { WbxError } from '../errors.ts';
import { DetachKeys } from './detach-keys.ts';

const PROXIED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;
const SINKS = [fdSink(1), fdSink(1), fdSink(2)];

export interface ClientOptions {
  tty: boolean;
  /** Pass stdin on. */
  input: boolean;
  /** Pass signals on. */
  proxy: boolean;
  keys?: string;
}

/** Attaches to the box; answers its status, or 0 after the detach keys. */
export async function attachTo(
  record: BoxRecord,
  { holds, ...options }: Omit<ClientOptions, 'tty'> & { holds: boolean },
): Promise<number> {
  const id = record.id.slice(0, SHORT_ID);
  const tty = record.tty && process.stdin.isTTY === true;
  const size = tty ? terminalSize() : {};
  const connection = await openConnection(id, { op: 'attach', input: options.input, holds, ...size });
  try {
    const answer = await converse(connection, id, { ...options, tty });
    if (answer !== undefined) return answer.status ?? 0;
    process.stderr.write('\r\n');
    return 0;
  } catch (error) {
    const { state } = statusOnDisk(record);
    if (state?.status !== 'exited') throw error;
    return state.exitCode;
  }
}

function statusOnDisk(record: BoxRecord) {
  try {
    return new Boxes().find(record.id);
  } catch (error) {
    if (error instanceof WbxError) return { state: undefined };
    throw error;
  }
}

/** Streams until there is an answer; undefined = the user has detached. */
export async function converse(
  connection: Connection,
  id: string,
  options: ClientOptions,
): Promise<{ status?: number } | undefined> {
  const undo = options.tty
    ? lendTerminal({ resize: (columns, rows) => connection.send({ columns, rows }) })
    : options.proxy
      ? proxySignals(connection)
      : () => {};
  let detach = () => {};
  const detached = new Promise<undefined>((resolve) => (detach = () => resolve(undefined)));
  const stopInput = options.input ? passInput(connection, options, () => detach()) : () => {};
  try {
    return (await Promise.race([answerOf(connection, id, print), detached])) as { status?: number } | undefined;
  } finally {
    stopInput();
    undo();
    connection.destroy();
  }
}

async function print({ stream, bytes }: StreamPiece): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const taken = await SINKS[stream].write(bytes.subarray(done));
    if (taken < 0) return;
    done += taken;
  }
}

function passInput(connection: Connection, { tty, keys }: ClientOptions, detach: () => void): () => void {
  const sequence = new DetachKeys(keys);
  const pass = async (chunk: Buffer) => {
    const { bytes, detached } = tty ? sequence.take(chunk) : { bytes: chunk, detached: false };
    if (bytes.length > 0) connection.sendBytes(0, bytes);
    if (detached) {
      connection.send({ detach: true });
      connection.end();
      return detach();
    }
    process.stdin.pause();
    await connection.drained();
    process.stdin.resume();
  };
  const end = () => connection.sendBytes(0, new Uint8Array(0));
  process.stdin.on('data', pass).once('end', end);
  return () => {
    process.stdin.off('data', pass).off('end', end);
    process.stdin.pause();
    process.stdin.unref?.();
  };
}

function proxySignals(connection: Connection): () => void {
  const forward = (name: NodeJS.Signals) => connection.send({ signal: constants.signals[name] });
  for (const name of PROXIED) process.on(name, forward);
  return () => {
    for (const name of PROXIED) process.off(name, forward);
  };
}
