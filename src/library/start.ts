// Starting boxes, in every host: what differs between hosts comes as a Platform.
import { CLOCK_CONTINUE, CLOCK_JUMP } from '../../abi/host.ts';
import { type BootOptions, bootBlock } from '../box/boot-block.ts';
import { overrideBoot } from '../box/boot-options.ts';
import { readBootOptions } from '../box/boot-reader.ts';
import { deterministicStart } from '../box/deterministic.ts';
import { type BoxFile, openBox } from '../box/inspect.ts';
import type { ByteRange } from '../box/source.ts';
import { WbxError } from '../errors.ts';
import { Box, type BoxOptions, type BoxState, type Scheduler } from '../runtime/box.ts';
import { hostFlags } from '../runtime/host-flags.ts';
import { decodeState } from '../snapshot/state.ts';
import { RunningBox } from './running-box.ts';
import { type Input, type Output, sinkOf, sourceOf } from '../runtime/web-streams.ts';

/** What a host does in its own way. */
export interface Platform<Source> {
  scheduler: Scheduler;
  open(source: Source): Promise<ByteRange> | ByteRange;
}

/** Streams and life of a box, however it begins. */
export interface GoOnOptions {
  /** Absent: end of file. */
  stdin?: Input;
  /** Absent: thrown away. */
  stdout?: Output;
  stderr?: Output;
  /** Ends the box when it is aborted; `exit` then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Of a snapshot: its clocks jump over the time since (the default), or go on as if there was none. */
  clock?: 'jump' | 'continue';
}

/** How a box that is not a snapshot begins. What is absent is as its image says. */
export interface StartOptions extends GoOnOptions {
  /** Replaces CMD. */
  command?: string[];
  /** Replaces ENTRYPOINT and drops CMD. */
  entrypoint?: string[];
  env?: Record<string, string>;
  workingDirectory?: string;
  hostname?: string;
  /** Bytes of memory that its programs may use. */
  memory?: number;
  /** Processes and threads that may live at once; 4096 when absent. */
  tasks?: number;
  /** The same run every time: clocks count instructions, random bytes come from the seed. Epoch in seconds. */
  deterministic?: { seed?: number; epoch?: number };
}

/** A box that is open: its code is compiled once, however many boxes are started from it. */
export interface Opened {
  file: BoxFile;
  engine: WebAssembly.Module;
  scheduler: Scheduler;
}

export async function openWith<Source>(platform: Platform<Source>, source: Source): Promise<Opened> {
  const name = typeof source === 'string' || source instanceof URL ? String(source) : 'box';
  const file = await openBox(await platform.open(source), name);
  try {
    return { file, engine: await WebAssembly.compile(file.engine), scheduler: platform.scheduler };
  } catch (error) {
    throw new WbxError('BAD_BOX', `${name}: corrupt box: its code is damaged`, error);
  }
}

/** Boots a box, or goes on with it when it is a snapshot. */
export async function startOpened(opened: Opened, options: StartOptions = {}): Promise<RunningBox> {
  if (opened.file.info.state) return goOn(opened, decodeState(await opened.file.readState()), options);
  const own = readBootOptions(opened.file.boot);
  const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const boot: BootOptions = {
    ...(await overrideBoot(own, { ...options, env }, noUsers)),
    memoryLimit: options.memory ?? own.memoryLimit,
    taskLimit: options.tasks ?? own.taskLimit,
    ...(options.deterministic && deterministicStart(options.deterministic.seed ?? 0, options.deterministic.epoch)),
  };
  const deterministic = options.deterministic !== undefined;
  const flags = hostFlags({ stdin: options.stdin !== undefined, deterministic });
  return run(opened, { boot: bootBlock(boot, opened.file.layout, flags) }, options);
}

/** Starts a box from a saved memory, or as the twin of one that runs. */
export function goOn(opened: Opened, memory: BoxState['memory'], options: GoOnOptions): Promise<RunningBox> {
  const clock = options.clock === 'continue' ? CLOCK_CONTINUE : CLOCK_JUMP;
  return run(opened, { state: { memory, clock, hostFlags: hostFlags({ stdin: true }) } }, options);
}

async function run(
  opened: Opened,
  begin: Pick<BoxOptions, 'boot' | 'state'>,
  options: GoOnOptions,
): Promise<RunningBox> {
  options.signal?.throwIfAborted();
  const box = new Box({
    ...begin,
    engine: opened.engine,
    scheduler: opened.scheduler,
    image: opened.file.image,
    stdin: options.stdin === undefined ? undefined : sourceOf(options.stdin),
    stdout: sinkOf(options.stdout ?? ignore),
    stderr: sinkOf(options.stderr ?? ignore),
  });
  await box.start();
  return new RunningBox(opened, box, options.signal);
}

function ignore(): void {}

function noUsers(): never {
  throw new WbxError('UNSUPPORTED', 'a box is started as the user it was built for');
}
