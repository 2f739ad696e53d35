// Runs a box with the standard streams, the terminal and the signals of this process.
import { type BootOptions, bootBlock, type ImageLayout } from '../../box/boot-block.ts';
import type { ImageSource } from '../../box/source.ts';
import type { Moment } from '../../snapshot/moment.ts';
import { Box, type BoxExit } from '../box.ts';
import { CpuQuota } from '../cpu-quota.ts';
import type { FileServer } from '../file-server.ts';
import type { Gauge } from '../fuel.ts';
import { hostFlags } from '../host-flags.ts';
import type { Network } from '../net/network.ts';
import type { Recorder } from '../recorder.ts';
import type { ByteSink, ByteSource } from '../streams.ts';
import { kernelModule } from './engine.ts';
import type { HostRoot } from './files/server.ts';
import { scheduler } from './scheduler.ts';
import { forwardSignals } from './signals.ts';
import { fdSink, stdinSource } from './streams.ts';
import type { TranslatorOptions } from '../../translate/translator.ts';
import { type Tier, tierOf, translation } from './tier.ts';
import { heedBranchHints, optimiseEarly } from './tier-up.ts';

export interface RunOptions {
  /** What to boot, */
  boot?: BootOptions;
  /** or a saved box to go on with; `clock` is one of CLOCK_* of abi/host.ts. */
  state?: { memory: Moment; clock: number };
  layout: ImageLayout;
  image: ImageSource;
  /** Engine to run; the one of this package when absent. */
  engine?: WebAssembly.Module;
  /** Streams; those of the process when absent. `null` = not connected. */
  stdin?: ByteSource | null;
  stdout?: ByteSink;
  stderr?: ByteSink;
  /** Streams 0..2 are the terminal of this process, */
  tty?: boolean;
  /** or, with this size at first, that of somebody else. */
  terminalSize?: { columns: number; rows: number };
  strace?: boolean;
  trace?: boolean;
  /** Receives the layer stream (abi/layer.ts). */
  layer?: ByteSink;
  /** The same run every time: see HOST_LOCKSTEP of abi/host.ts. */
  deterministic?: boolean;
  /** Told everything that the box is given. */
  recorder?: Recorder;
  /** Where a deterministic run ends. */
  until?: { instructions: number; reached: () => void };
  /** Host directories by the number that the mounts of `boot` name. */
  hostRoots?: HostRoot[];
  /** Share of the host's CPU, below 1; no limit when absent. */
  cpus?: number;
  /** Told when a limit of the box is met for the first time: LIMIT_* of abi/host.ts. */
  onLimit?: (limit: number) => void;
  /** Which tiers run the code; WBX_TIER when absent. */
  tier?: Tier;
  /** How the tier jit translates, in place of what is usual. */
  translate?: TranslatorOptions;
  /** How far the box runs between two looks at the host; steered by time when absent. */
  fuel?: Gauge;
  /** Signals of this process go to pid 1 instead of ending it. */
  forwardSignals?: boolean;
  /** What is outside; `boot.network` gives the box its address there. */
  network?: Network;
  /** Called with the box before it runs; what it returns is called at the end. */
  attach?: (box: Box) => Promise<(() => void) | undefined>;
}

/** Loaded when needed: most boxes have no host mounts. */
async function fileServer({ hostRoots, boot }: RunOptions): Promise<FileServer | undefined> {
  if (!hostRoots?.length) return undefined;
  const { NodeFiles } = await import('./files/server.ts');
  return new NodeFiles(hostRoots, boot?.uid ?? 0, boot?.gid ?? 0);
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Boots a box and runs it to its end. */
export async function runBox(options: RunOptions): Promise<BoxExit> {
  const stdin = options.stdin === undefined ? stdinSource() : (options.stdin ?? undefined);
  const tier = options.translate ? 'jit' : tierOf(options.tier);
  const features = {
    ...options,
    stdin: stdin !== undefined,
    layer: options.layer !== undefined,
    interpret: tier === 'interp',
  };
  // Loaded when needed: it brings child_process along, which short commands do without.
  const terminal = options.tty && !options.terminalSize ? await import('./terminal.ts') : undefined;
  const { boot, state } = options;
  const flags = hostFlags(features);
  const engine = options.engine ?? (await kernelModule());
  const own = tier === 'jit' && !options.translate ? await translation() : undefined;
  const translate = options.translate ?? own?.options;
  // The interpreter is compiled by now; what is translated is hot from its first moment.
  if (translate) {
    optimiseEarly();
    heedBranchHints();
  }
  const box = new Box({
    engine,
    scheduler,
    boot: boot && bootBlock({ ...(options.terminalSize ?? terminal?.terminalSize()), ...boot }, options.layout, flags),
    state: state && { ...state, hostFlags: flags },
    image: options.image,
    stdin,
    stdout: options.stdout ?? fdSink(1),
    stderr: options.stderr ?? fdSink(2),
    layer: options.layer,
    files: await fileServer(options),
    translate,
    fuel: options.fuel,
    network: options.network,
    until: options.until,
    onLimit: options.onLimit,
    recorder: options.recorder,
    quota: options.cpus === undefined ? undefined : new CpuQuota(options.cpus, cpuTime),
  });
  const undo = [options.forwardSignals ? forwardSignals(box) : undefined, terminal?.lendTerminal(box)];
  try {
    undo.push(await options.attach?.(box));
    return await box.run();
  } finally {
    for (const step of undo) step?.();
    own?.save();
  }
}
