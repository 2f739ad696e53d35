// Further processes in a running box: `docker exec`, and the commands of health checks.
import { constants } from 'node:os';
import { bootBlock } from '../../../box/boot-block.ts';
import type { ConfigOverrides } from '../../../box/boot-config.ts';
import { WbxError } from '../../../errors.ts';
import { hostFlags } from '../../host-flags.ts';
import type { GuestProcess, ProcessStreams } from '../../processes.ts';
import type { ByteSink } from '../../streams.ts';
import type { Connection, Message } from '../control/connection.ts';
import { StreamPiece } from '../control/frame.ts';
import type { CheckResult } from './health.ts';
import { Inlet } from './inlet.ts';
import type { Keeper } from './keeper.ts';

/** What a health check may print. */
const OUTPUT_MAX = 4096;
const NO_IMAGE = { size: 0, chunks: [] };

export interface ExecRequest {
  argv: string[];
  env?: string[];
  cwd?: string;
  user?: string;
  interactive?: boolean;
  /** On a terminal of its own, of that size. */
  tty?: boolean;
  columns?: number;
  rows?: number;
}

/** Starts it with what the box was started with, as far as the request does not say otherwise. */
export async function startProcess(
  keeper: Keeper,
  request: ExecRequest,
  streams: ProcessStreams,
): Promise<GuestProcess> {
  const { prepared } = keeper;
  const box = keeper.running();
  if (!prepared || keeper.state.status === 'paused') {
    throw new WbxError('UNSUPPORTED', `the box ${keeper.record.name} is paused: unpause it first`);
  }
  const { boot } = prepared.options;
  const overrides: ConfigOverrides = {
    entrypoint: [],
    command: request.argv,
    user: request.user,
    env: request.env,
  };
  const own = prepared.runnable.saved
    ? undefined
    : await prepared.runnable.bootOptions({ ...overrides, env: undefined });
  const asUser = request.user === undefined ? boot : own;
  const terminal = request.tty ? ['TERM=xterm'] : [];
  const env = [...terminal, ...(boot?.env ?? []), ...(request.env ?? [])];
  const options = {
    argv: request.argv,
    env: request.user === undefined ? env : [...env, ...(own?.env ?? []).filter((each) => each.startsWith('HOME='))],
    cwd: request.cwd ?? boot?.cwd,
    uid: asUser?.uid,
    gid: asUser?.gid,
    groups: asUser?.groups,
    rlimits: boot?.rlimits,
    droppedCaps: boot?.droppedCaps,
    noNewPrivileges: boot?.noNewPrivileges,
    columns: request.columns,
    rows: request.rows,
  };
  const flags = hostFlags({ stdin: streams.stdin !== undefined, tty: request.tty });
  return box.exec(bootBlock({ ...options, env: lastOfEach(options.env) }, NO_IMAGE, flags), streams);
}

/** Of a terminal. */
export function isSize(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 0x10000;
}

function lastOfEach(env: string[]): string[] {
  return [...new Map(env.map((each) => [each.split('=')[0], each])).values()];
}

/** Runs a command and collects what it prints; one that takes too long is killed. */
export async function runToEnd(keeper: Keeper, argv: string[], timeout: number): Promise<CheckResult> {
  let output = '';
  const sink = {
    write: (bytes: Uint8Array) => {
      if (output.length < OUTPUT_MAX)
        output += Buffer.from(bytes)
          .toString()
          .slice(0, OUTPUT_MAX - output.length);
      return bytes.length;
    },
  };
  const process = await startProcess(keeper, { argv }, { stdout: sink, stderr: sink });
  const box = keeper.running();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    box.signal(process.pid, constants.signals.SIGKILL);
  }, timeout);
  const exitCode = await process.exit;
  clearTimeout(timer);
  return late ? { exitCode: -1, output: `the check took longer than ${timeout} ms` } : { exitCode, output };
}

/** Serves `wbx cp`: makes system calls that the client asks for (runtime/guest/calls.c). */
export async function serveCalls(keeper: Keeper, connection: Connection): Promise<unknown> {
  const { CALLS } = await import('../../guest/programs.gen.ts');
  const stdin = new Inlet();
  const options = { argv: ['calls'], program: Buffer.from(CALLS, 'base64') };
  const streams = { stdin, stdout: sinkTo(connection, 1), stderr: sinkTo(connection, 2) };
  const process = keeper.running().exec(bootBlock(options, NO_IMAGE, hostFlags({ stdin: true })), streams);
  void takeInput(keeper, connection, stdin, process);
  return { status: await process.exit };
}

/** A stream of a process in the box, for the client. */
function sinkTo(connection: Connection, stream: number): ByteSink {
  return {
    write: (bytes) => {
      connection.sendBytes(stream, bytes);
      const length = bytes.length;
      return connection.behind < 1 << 16 ? length : connection.drained().then(() => length);
    },
  };
}

/** Serves `wbx exec`: streams both ways until the process has ended; answers its status. */
export async function serveExec(keeper: Keeper, message: Message, connection: Connection): Promise<unknown> {
  const request = checked(message);
  const detach = message.detach === true;
  const stdin = request.interactive ? new Inlet() : undefined;
  const streams = detach ? {} : { stdin, stdout: sinkTo(connection, 1), stderr: sinkTo(connection, 2) };
  const process = await startProcess(keeper, request, streams);
  if (detach) return { pid: process.pid };
  const left = takeInput(keeper, connection, stdin, process);
  const ended = process.exit.then((status) => process.outputEnd.then(() => ({ status })));
  return Promise.race([ended, left]);
}

/** Input, signals and sizes until the connection ends; resolves only when the client says that it leaves the process alone. */
async function takeInput(
  keeper: Keeper,
  connection: Connection,
  stdin: Inlet | undefined,
  process: GuestProcess,
): Promise<object> {
  const next = () => connection.next().catch(() => undefined);
  for (let frame = await next(); frame !== undefined; frame = await next()) {
    if (frame instanceof StreamPiece) {
      if (frame.bytes.length === 0) stdin?.end();
      else await stdin?.push(frame.bytes);
    } else if (frame.detach === true) return { detached: true };
    else if (typeof frame.signal === 'number') keeper.box?.signal(process.pid, frame.signal);
    else if (isSize(frame.columns) && isSize(frame.rows)) keeper.box?.resize(frame.columns, frame.rows, process.id);
  }
  stdin?.end();
  return new Promise(() => {});
}

function checked(message: Message): ExecRequest {
  const { argv, env = [], cwd, user, columns, rows } = message as unknown as ExecRequest;
  const isWords = (value: unknown) =>
    Array.isArray(value) && value.every((word) => typeof word === 'string' && !word.includes('\0'));
  const isText = (value: unknown) => value === undefined || typeof value === 'string';
  if (!isWords(argv) || argv.length === 0 || !isWords(env) || !isText(cwd) || !isText(user)) {
    throw new WbxError('BAD_ARGUMENT', 'a request to exec needs a command');
  }
  if ([columns, rows].some((size) => size !== undefined && !isSize(size))) {
    throw new WbxError('BAD_ARGUMENT', 'a terminal has 1 to 65535 columns and rows');
  }
  return message as unknown as ExecRequest;
}
