// What the control socket of a box answers. Invariant: a request is checked here, whoever sends it; a wrong one changes nothing.
import { constants } from 'node:os';
import { WbxError } from '../../../errors.ts';
import type { Connection, Message } from '../control/connection.ts';
import { StreamPiece } from '../control/frame.ts';
import type { ControlHandlers } from '../control/server.ts';
import type { LazyNetwork } from '../net/lazy.ts';
import { Networks } from '../net/networks.ts';
import { writeSnapshot } from '../snapshot-file.ts';
import { writeLayerNow } from './changes.ts';
import { SHORT_ID } from './boxes.ts';
import { emitEvent } from './events.ts';
import { isSize, serveCalls, serveExec } from './exec.ts';
import type { Keeper } from './keeper.ts';

/** After SIGKILL a box that does not end by itself is ended from outside. */
const KILL_GRACE_MS = 2000;
const KILLED = 137;
const SIGNAL_MAX = 64;

export function requestHandlers(keeper: Keeper): ControlHandlers {
  return {
    attach: (request, connection) => attach(keeper, request, connection),
    exec: (request, connection) => serveExec(keeper, request, connection),
    calls: (_, connection) => serveCalls(keeper, connection),
    signal: async ({ signal }) => sendSignal(keeper, signalOf(signal)),
    stop: async ({ signal, timeout, keep }) => {
      keeper.endWanted(keep === true);
      return stop(keeper, signalOf(signal), typeof timeout === 'number' ? timeout : keeper.record.stopTimeout);
    },
    wait: async () => ({ status: await keeper.ended }),
    pause: async () => pause(keeper, true),
    unpause: async () => pause(keeper, false),
    stats: async () => stats(keeper),
    reload: async () => keeper.reload(),
    network: async (request) => changeNetwork(keeper, request),
    resize: async ({ columns, rows }) => resize(keeper, columns, rows),
    layer: async ({ path }) => writeLayerNow(keeper, path),
    snapshot: async ({ path, delta }) => {
      if (typeof path !== 'string') throw new WbxError('BAD_ARGUMENT', 'a snapshot needs a file');
      const { base } = keeper.prepared!.runnable;
      return { size: await writeSnapshot(keeper.running().save(), base, { path, delta: delta === true }) };
    },
  };
}

function signalOf(value: unknown): number {
  if (typeof value !== 'number' || !(value > 0 && value <= SIGNAL_MAX)) {
    throw new WbxError('BAD_ARGUMENT', `there is no signal ${JSON.stringify(value)}`);
  }
  return value;
}

function sendSignal(keeper: Keeper, signal: number): void {
  const box = keeper.box;
  if (!box && keeper.state.status !== 'restarting') keeper.running();
  emitEvent(keeper.boxes, keeper.record, 'kill', { signal: String(signal) });
  if (signal !== constants.signals.SIGKILL) return box?.kick(signal);
  keeper.endWanted(false);
  kill(keeper);
}

function kill(keeper: Keeper): void {
  const { box } = keeper;
  if (keeper.state.status === 'paused') pause(keeper, false);
  box?.kick(constants.signals.SIGKILL);
  setTimeout(() => box?.stop(KILLED), KILL_GRACE_MS).unref();
}

async function stop(keeper: Keeper, signal: number, timeout: number): Promise<void> {
  if (keeper.state.status === 'paused') pause(keeper, false);
  keeper.box?.kick(signal);
  const timer = timeout < 0 ? undefined : setTimeout(() => kill(keeper), timeout * 1000);
  await keeper.ended;
  clearTimeout(timer);
  emitEvent(keeper.boxes, keeper.record, 'stop');
}

function pause(keeper: Keeper, paused: boolean): void {
  const box = keeper.running();
  const isPaused = keeper.state.status === 'paused';
  if (isPaused === paused) {
    throw new WbxError('UNSUPPORTED', `the box ${keeper.record.name} is ${paused ? 'paused already' : 'not paused'}`);
  }
  if (paused) box.pause();
  else box.unpause();
  keeper.change({ status: paused ? 'paused' : 'running' });
  emitEvent(keeper.boxes, keeper.record, paused ? 'pause' : 'unpause');
}

function stats(keeper: Keeper): object {
  const { user, system } = process.cpuUsage();
  return {
    cpuMicroseconds: user + system,
    hostMemory: process.memoryUsage().rss,
    memoryLimit: keeper.prepared?.options.boot?.memoryLimit ?? 0,
    ...keeper.running().counters,
  };
}

/** Joins or leaves a user-made network. */
async function changeNetwork(keeper: Keeper, { join, leave, aliases, address }: Message): Promise<void> {
  keeper.running();
  const network = keeper.prepared?.options.network as Partial<Pick<LazyNetwork, 'join' | 'leave'>> | undefined;
  const { id, name } = keeper.record;
  if (!network?.join) throw new WbxError('UNSUPPORTED', `the box ${name} has no network: it runs with --network none`);
  if (typeof leave === 'string') return void network.leave?.(leave);
  const more = Array.isArray(aliases) ? aliases.filter((alias) => typeof alias === 'string') : [];
  const names = [name, id.slice(0, SHORT_ID), ...more];
  const wanted = typeof address === 'string' ? address : undefined;
  await network.join(new Networks().get(String(join)), { names, box: id, address: wanted });
}

function resize(keeper: Keeper, columns: unknown, rows: unknown): void {
  if (!isSize(columns) || !isSize(rows)) return;
  keeper.terminalSize = { columns, rows };
  keeper.box?.resize(columns, rows);
}

/** Streams both ways until the box ends or the client goes; answers the status. */
async function attach(keeper: Keeper, request: Message, connection: Connection): Promise<unknown> {
  const { holds, input, output = true } = request;
  const client = { connection, holds: holds === true, stdout: output === true, stderr: output === true };
  keeper.output.add(client);
  resize(keeper, request.columns, request.rows);
  keeper.clientAttached();
  const gone = takeInput(keeper, connection, input === true, holds === true);
  const status = await Promise.race([keeper.ended, gone]);
  keeper.output.delete(client);
  return { status, detached: status === undefined };
}

/** What the client sends, until it goes or says that it detaches. */
async function takeInput(keeper: Keeper, connection: Connection, input: boolean, ends: boolean): Promise<undefined> {
  const next = () => connection.next().catch(() => undefined);
  for (let frame = await next(); frame !== undefined; frame = await next()) {
    if (frame instanceof StreamPiece) {
      if (!input) continue;
      if (frame.bytes.length > 0) await keeper.stdin?.push(frame.bytes);
      // Of a box that was started in the background the input stays open for the next who attaches.
      else if (ends) keeper.stdin?.end();
    } else if (frame.detach === true) return undefined;
    else if (typeof frame.signal === 'number') keeper.box?.kick(frame.signal);
    else resize(keeper, frame.columns, frame.rows);
  }
  return undefined;
}
