// A box that runs, as the library shows it. Invariant: nothing of it outlives `exit`, except snapshots, which are values.
import { bootBlock } from '../box/boot-block.ts';
import { readBootOptions } from '../box/boot-reader.ts';
import { mergeEnv } from '../box/env.ts';
import { EXITED_LIMIT_MEMORY } from '../../abi/host.ts';
import type { Box, BoxExit } from '../runtime/box.ts';
import type { Connection, VisitorNetwork } from '../runtime/net/visitor.ts';
import { hostFlags } from '../runtime/host-flags.ts';
import type { PublishedPort } from '../runtime/net/port-spec.ts';
import type { LimitName } from '../runtime/policy.ts';
import type { Exit } from './events.ts';
import { listDirectory, readFile, writeFile } from './files.ts';
import { enforceLimits } from './limits.ts';
import type { TypedMessages } from './messages.ts';
import { Process } from './process.ts';
import { type Signal, signalNumber } from './signals.ts';
import { Snapshot } from './snapshot.ts';
import { goOn, type GoOnOptions, type Opened, userOf } from './start.ts';
import { Collected, type Input, type Output, sinkOf, sourceOf } from '../runtime/web-streams.ts';

export interface ExecOptions {
  /** Absent: end of file. */
  stdin?: Input;
  /** Absent: collected for {@link Process.result}. */
  stdout?: Output;
  stderr?: Output;
  /** Added to the environment that the box was built with. */
  env?: Record<string, string>;
  workingDirectory?: string;
  /** Absent: the user that the box was built for. */
  user?: string | { uid: number; gid: number; groups?: number[] };
  /** Kills the process when it is aborted. */
  signal?: AbortSignal;
}

/** What the box is connected to besides its streams. */
interface HostEnds {
  messages: TypedMessages;
  network: VisitorNetwork;
}

/** Status by which an ended box says that it was stopped from outside: death by SIGKILL. */
const STOPPED = 137;

/**
 * A running box.
 *
 * @example
 * await using box = await start('python.wasm', { command: ['sleep', 'infinity'] });
 * const { status, stdout } = await box.exec(['python3', '-c', 'print(6 * 7)']).result;
 */
export class RunningBox {
  /** How its first process ended. Rejects with a WbxError `PANIC` for a bug of ours, or when it was aborted. */
  readonly exit: Promise<Exit>;
  /** Ports of the host that lead into the box. */
  readonly ports: readonly PublishedPort[];
  /**
   * What programs of the box have sent through /dev/wbx, each message once; ends with the box. A message that is not what
   * was agreed on throws a WbxError `BAD_MESSAGE`; the iteration may be begun again behind it.
   */
  readonly messages: AsyncIterableIterator<unknown>;
  readonly #typed: TypedMessages;
  readonly #network: VisitorNetwork;
  readonly #opened: Opened;
  readonly #box: Box;
  readonly #options: GoOnOptions;

  constructor(
    opened: Opened,
    box: Box,
    options: GoOnOptions,
    { messages, network }: HostEnds,
    ports: readonly PublishedPort[] = [],
  ) {
    this.#network = network;
    this.#opened = opened;
    this.#typed = messages;
    this.messages = messages.received;
    this.#box = box;
    this.#options = options;
    this.ports = ports;
    this.exit = this.#run();
    // Who does not wait for the end need not handle its failure.
    this.exit.catch(() => {});
  }

  async #run(): Promise<Exit> {
    const { signal, policy, onEvent } = this.#options;
    let limit: LimitName | undefined;
    const abort = () => this.#box.stop(STOPPED, signal?.reason);
    const end = (met: LimitName) => {
      limit = met;
      this.#box.stop(STOPPED);
      onEvent?.({ type: 'limit', limit: met });
    };
    signal?.addEventListener('abort', abort, { once: true });
    const done = enforceLimits(this.#box, policy?.limits ?? {}, end);
    try {
      const exit = withLimit(await this.#box.run(), limit);
      onEvent?.({ type: 'exit', exit });
      return exit;
    } finally {
      done();
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Starts one more process. Its failure to start is told on its stderr, with status 126 or 127, as Docker does. */
  exec(command: string[], options: ExecOptions = {}): Process {
    const own = readBootOptions(this.#opened.file.boot);
    const { user = own } = options;
    const { uid, gid, groups } = typeof user === 'string' ? userOf(this.#opened.file, this.#opened.host, user) : user;
    const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
    const cwd = options.workingDirectory ?? own.cwd;
    const boot = { argv: command, env: mergeEnv([...(own.env ?? []), ...env]), cwd, uid, gid, groups };
    const flags = hostFlags({ stdin: options.stdin !== undefined });
    const [stdout, stderr] = [new Collected(), new Collected()];
    const started = this.#box.exec(bootBlock(boot, { size: 0, chunks: [] }, flags), {
      stdin: options.stdin === undefined ? undefined : sourceOf(options.stdin),
      stdout: sinkOf(options.stdout ?? stdout.output),
      stderr: sinkOf(options.stderr ?? stderr.output),
    });
    const { pid } = started;
    const { onEvent } = this.#options;
    onEvent?.({ type: 'exec', pid, command });
    if (onEvent) void started.exit.then((status) => onEvent({ type: 'execExit', pid, status }));
    return new Process(this.#box, started, { stdout, stderr }, options.signal);
  }

  /** The bytes of a file, by its absolute path. Rejects with a WbxError `NOT_FOUND` when it cannot be read. */
  readFile(path: string): Promise<Uint8Array> {
    return readFile(this, path);
  }

  /** Writes a file, in place of what is there. */
  writeFile(path: string, contents: string | Uint8Array): Promise<void> {
    return writeFile(this, path, contents);
  }

  /** The names in a directory, without `.` and `..`, sorted. */
  listDirectory(path: string): Promise<string[]> {
    return listDirectory(this, path);
  }

  /** Sends a message to the programs of the box. Resolves once the box has it, which takes it when a program reads. */
  send(value: unknown): Promise<void> {
    return this.#typed.send(value);
  }

  /** No more messages: programs that read /dev/wbx see its end. */
  endMessages(): void {
    this.#typed.end();
  }

  /** Connects to a program of the box that listens at a TCP port: needs the option `connectable`, or a box that goes on with it. */
  connect(port: number): Promise<Connection> {
    return this.#network.connect(port);
  }

  /** Tells the box the new size of its terminal. */
  resize(columns: number, rows: number): void {
    this.#box.resize(columns, rows);
  }

  /** Moves the clocks of the box on, by 0 if not at all; answers its time of day, in milliseconds since 1970. */
  moveClock(milliseconds = 0): number {
    return this.#box.moveClock(milliseconds);
  }

  /** Resolves once all programs wait: for a time, or for something from outside. A good moment for a snapshot. */
  idle(): Promise<void> {
    return this.#box.idle();
  }

  /** Sends a signal to the first process. */
  kill(signal: Signal): void {
    this.#box.kick(signalNumber(signal));
  }

  /** The box as it is now. It stands still only while its memory is copied, and goes on. */
  snapshot(): Snapshot {
    return new Snapshot(this.#opened, this.#box.save());
  }

  /** A live twin: all that runs in this box runs in both from now on. Its clocks go on where they are. */
  fork(options: GoOnOptions = {}): Promise<RunningBox> {
    return goOn(this.#opened, this.#box, { clock: 'continue', ...options });
  }

  /** Ends the box at once; its programs hear nothing of it. `exit` then says 137. */
  async stop(): Promise<void> {
    this.#box.stop(STOPPED);
    await this.exit.catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function withLimit(exit: BoxExit, limit: LimitName | undefined): Exit {
  const met = exit.reason === EXITED_LIMIT_MEMORY ? 'memory' : limit;
  return met === undefined ? exit : { ...exit, limit: met };
}
