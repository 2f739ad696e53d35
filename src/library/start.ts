// Starting boxes, in every host: what differs between hosts comes as a Platform.
import { CLOCK_CONTINUE, CLOCK_JUMP } from '../../abi/host.ts';
import { type BootOptions, bootBlock } from '../box/boot-block.ts';
import { overrideBoot } from '../box/boot-options.ts';
import { readBootOptions } from '../box/boot-reader.ts';
import { deterministicStart } from '../box/deterministic.ts';
import { type BoxFile, openBox } from '../box/inspect.ts';
import type { ByteRange } from '../box/source.ts';
import { WbxError } from '../errors.ts';
import type { User } from '../image/users.ts';
import { Box, type BoxOptions, type BoxState, type Scheduler } from '../runtime/box.ts';
import { hostFlags } from '../runtime/host-flags.ts';
import type { Limits, Policy } from '../runtime/policy.ts';
import type { Reach } from '../runtime/reach.ts';
import { readMoment } from '../snapshot/state.ts';
import { type BoxEvent, nameOfLimit } from './events.ts';
import { Messages } from '../runtime/messages.ts';
import { VisitorNetwork, visitorInterface } from '../runtime/net/visitor.ts';
import { type MessageFormat, TypedMessages } from './messages.ts';
import { RunningBox } from './running-box.ts';
import { type Input, type Output, sinkOf, sourceOf } from '../runtime/web-streams.ts';

/** What a host does in its own way. */
export interface Host {
  scheduler: Scheduler;
  /** Opens what a policy names; absent where nothing of the host can be reached. */
  reach?: (policy: Policy, boot: BootOptions) => Promise<Reach>;
  /** Looks a user up in the image's files. */
  userOf?: (file: BoxFile, spec: string) => User;
}

export interface Platform<Source> extends Host {
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
  /** What the box may reach and use up; absent: nothing of the host, and no limits but those it was built with. */
  policy?: Policy;
  /** Told what happens to the box, as it happens. */
  onEvent?: (event: BoxEvent) => void;
  /** What messages are as values: see {@link RunningBox.send}. JSON when absent. */
  messages?: MessageFormat;
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
  /** `NAME[:GROUP]` of the image's /etc/passwd, or numbers. */
  user?: string;
  /** The same run every time: clocks count instructions, random bytes come from the seed. Epoch in seconds. */
  deterministic?: { seed?: number; epoch?: number };
  /** The streams are a terminal of this size: see {@link RunningBox.resize}. */
  tty?: { columns: number; rows: number };
  /** Gives it an interface beside lo, at whose ports {@link RunningBox.connect} reaches its programs. They reach nothing. */
  connectable?: boolean;
}

/** A box that is open: its code is compiled once, however many boxes are started from it. */
export interface Opened {
  file: BoxFile;
  engine: WebAssembly.Module;
  host: Host;
}

export async function openWith<Source>(platform: Platform<Source>, source: Source): Promise<Opened> {
  const name = typeof source === 'string' || source instanceof URL ? String(source) : 'box';
  const file = await openBox(await platform.open(source), name);
  try {
    return { file, engine: await WebAssembly.compile(file.engine), host: platform };
  } catch (error) {
    throw new WbxError('BAD_BOX', `${name}: corrupt box: its code is damaged`, error);
  }
}

/** Boots a box, or goes on with it when it is a snapshot. */
export async function startOpened(opened: Opened, options: StartOptions = {}): Promise<RunningBox> {
  if (opened.file.info.state) return goOn(opened, await readMoment(opened.file), options);
  const { deterministic, policy = {} } = options;
  const start = await bootOf(opened, options);
  const reach = await reachOf(opened, policy, start);
  const boot = { ...start, ...reach?.boot, mounts: [...(start.mounts ?? []), ...(reach?.boot.mounts ?? [])] };
  const flags = hostFlags({
    stdin: options.stdin !== undefined,
    tty: options.tty !== undefined,
    messages: true,
    deterministic: deterministic !== undefined,
  });
  return run(opened, { boot: bootBlock(boot, opened.file.layout, flags) }, options, reach);
}

async function bootOf({ file, host }: Opened, options: StartOptions): Promise<BootOptions> {
  const own = readBootOptions(file.boot);
  const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const { limits = {} } = options.policy ?? {};
  const seeded =
    options.deterministic && deterministicStart(options.deterministic.seed ?? 0, options.deterministic.epoch);
  return {
    ...(await overrideBoot(own, { ...options, env, tty: options.tty !== undefined }, (spec) =>
      userOf(file, host, spec),
    )),
    ...options.tty,
    ...(options.connectable && { network: visitorInterface() }),
    memoryLimit: limits.memory ?? own.memoryLimit,
    taskLimit: limits.tasks ?? own.taskLimit,
    upperLimit: limits.files ?? own.upperLimit,
    ...seeded,
  };
}

/** The user of that name in the image of the box. */
export function userOf(file: BoxFile, host: Host, spec: string): User {
  if (!host.userOf)
    throw new WbxError('UNSUPPORTED', 'users have no names here: the box runs as the user it was built for');
  return host.userOf(file, spec);
}

/** Refuses what this host cannot do, or could not repeat. */
async function reachOf({ host }: Opened, policy: Policy, boot: BootOptions): Promise<Reach | undefined> {
  const wants = policy.network ?? policy.publish?.[0] ?? policy.mounts?.[0];
  if (wants === undefined) return undefined;
  if (!host.reach) throw new WbxError('UNSUPPORTED', 'no network, ports or files of the host can be reached from here');
  if (boot.seed && (policy.network ?? policy.publish?.[0])) {
    throw new WbxError('BAD_ARGUMENT', 'a network is not deterministic: leave "network" and "publish" out');
  }
  return host.reach(policy, boot);
}

/** Limits that the kernel keeps from the boot on. */
const AT_BOOT_ONLY: (keyof Limits)[] = ['memory', 'tasks', 'files'];

/** Starts a box from a saved memory, or as the twin of one that runs. */
export async function goOn(opened: Opened, memory: BoxState['memory'], options: GoOnOptions): Promise<RunningBox> {
  const { policy = {} } = options;
  const unfit = policy.mounts?.length ? 'mounts' : AT_BOOT_ONLY.find((name) => policy.limits?.[name] !== undefined);
  if (unfit) throw new WbxError('BAD_ARGUMENT', `a snapshot goes on as it was started: leave "${unfit}" out`);
  const clock = options.clock === 'continue' ? CLOCK_CONTINUE : CLOCK_JUMP;
  const reach = await reachOf(opened, policy, { argv: [] });
  return run(
    opened,
    { state: { memory, clock, hostFlags: hostFlags({ stdin: true, messages: true }) } },
    options,
    reach,
  );
}

async function run(
  opened: Opened,
  begin: Pick<BoxOptions, 'boot' | 'state'>,
  options: GoOnOptions,
  reach?: Reach,
): Promise<RunningBox> {
  options.signal?.throwIfAborted();
  const messages = new Messages();
  const network = reach?.network instanceof VisitorNetwork ? reach.network : new VisitorNetwork();
  const box = new Box({
    ...begin,
    engine: opened.engine,
    scheduler: opened.host.scheduler,
    image: opened.file.image,
    messages,
    stdin: options.stdin === undefined ? undefined : sourceOf(options.stdin),
    stdout: sinkOf(options.stdout ?? ignore),
    stderr: sinkOf(options.stderr ?? ignore),
    network: reach?.network ?? network,
    files: reach?.files,
    onLimit: (limit) => options.onEvent?.({ type: 'limit', limit: nameOfLimit(limit) }),
  });
  await box.start();
  const ends = { messages: new TypedMessages(messages, options.messages), network };
  return new RunningBox(opened, box, options, ends, reach?.network?.published);
}

function ignore(): void {}
