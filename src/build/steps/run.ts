// RUN: the command runs in a box over the stage's file system; what the box says it changed becomes the layer.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootOptionsOf } from '../../box/boot-config.ts';
import { imageOf } from '../../box/image-writer.ts';
import type { Command, CommandLine } from '../../dockerfile/command.ts';
import type { Heredoc, Place } from '../../dockerfile/instruction.ts';
import { WbxError } from '../../errors.ts';
import { OpenFile } from '../../image/files.ts';
import type { Change } from '../../image/layer/change.ts';
import { withOtherNames } from '../../image/layer/links.ts';
import { decodeLayerStream } from '../../image/layer/stream.ts';
import { contentOf, newInode, type Rootfs, S_IFREG } from '../../image/rootfs.ts';
import type { StoredLayer } from '../../image/store/layers.ts';
import type { ContainerNetwork } from '../../runtime/node/net/container.ts';
import type { Tier } from '../../runtime/node/tier.ts';
import { withWasmLoader } from '../../runtime/node/wasm-loader.ts';
import type { StepProgress } from '../progress/progress.ts';
import type { RunWorkers } from '../run-workers.ts';
import type { StageState } from '../stage-state.ts';
import { argvOf } from './config.ts';
import { mounted, type PlannedMount, type RunMounts, unmounted, withMounts } from './run-mounts.ts';

/** BuildKit's, since programs write it into what they install. */
const HOSTNAME = 'buildkitsandbox';

/** All that a RUN step depends on besides the layers below: its key in the cache. */
export interface RunPlan {
  argv: string[];
  env: string[];
  user: string;
  cwd: string;
  /** Can it reach what is outside? */
  network: boolean;
  /** Sockets of the host that mounts show. */
  sockets: string[];
  /** What each mount shows, as far as the result depends on it. */
  mounts: unknown[];
}

type RunCommand = Extract<Command, { keyword: 'RUN' }>;

/** A here-document that names its own interpreter is run as this file. */
const SCRIPT = '/run/wbx/heredoc';

export function planRun(
  state: StageState,
  { flags, command, heredocs }: RunCommand,
  { mounts, env, sockets }: RunMounts,
): RunPlan {
  const args = [...state.args].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  const script = scriptOf(command, heredocs);
  if (script) mounts.push(script);
  return {
    argv: script ? [SCRIPT] : argvOf(state, withHeredocs(command, heredocs)),
    env: [...args, ...env, ...(state.config.Env ?? [])],
    user: state.config.User ?? '',
    cwd: state.workingDirectory,
    network: !flags.get('network')?.includes('none'),
    sockets,
    mounts: mounts.map(({ key }) => key),
  };
}

/** What running takes besides the plan. */
export interface RunTools {
  workers: RunWorkers;
  tier?: Tier;
  progress: StepProgress;
}

export async function run(
  state: StageState,
  plan: RunPlan,
  mounts: PlannedMount[],
  tools: RunTools,
  place: Place,
): Promise<StoredLayer> {
  const below = await state.rootfs();
  return withMounts(mounts, { tree: below, cwd: plan.cwd, place }, async (ready) => {
    const changes = await runBox(state, mounted(below, ready), plan, tools, place);
    try {
      return await state.writeLayer(await unmounted(changes, below, ready));
    } finally {
      changes.close();
    }
  });
}

/** What a command changed; contents stay in a file until close(). */
interface Changed extends Iterable<Change> {
  close(): void;
}

async function runBox(
  state: StageState,
  tree: Rootfs,
  plan: RunPlan,
  { workers, tier, progress }: RunTools,
  place: Place,
): Promise<Changed> {
  const image = imageOf(withWasmLoader(tree));
  const config = { Cmd: plan.argv, Env: plan.env, User: plan.user, WorkingDir: plan.cwd };
  const boot = bootOptionsOf(config, tree, { hostname: HOSTNAME });
  const layer = newPath(join(state.store.directory, 'tmp'));
  try {
    const job = { boot, network: networkOf(plan), imageSize: image.size, layer, tier };
    const status = await workers.run(job, image, (bytes) => progress.output(bytes));
    if (status !== 0) throw failed(plan.argv, status, place);
    const stream = new OpenFile(layer);
    return Object.assign(withOtherNames(tree, decodeLayerStream(stream)), { close: () => stream.close() });
  } finally {
    // An open file needs no name.
    rmSync(layer, { force: true });
  }
}

/** A socket of the host comes by the network; without one, nothing else does. */
function networkOf({ network, sockets }: RunPlan): ContainerNetwork | undefined {
  if (network) return { policy: {}, sockets };
  return sockets.length > 0 ? { policy: { allow: [] }, sockets } : undefined;
}

function newPath(directory: string): string {
  mkdirSync(directory, { recursive: true });
  return join(directory, `layer-${process.pid}-${process.hrtime.bigint()}`);
}

/** Here-documents behind a command go to the shell as they stand; one that is the whole command is the script. */
function withHeredocs(command: CommandLine, heredocs: Heredoc[]): CommandLine {
  if (heredocs.length === 0 || 'exec' in command) return command;
  if (isDocument(command)) return { shell: heredocs[0].content };
  const documents = heredocs.map(({ name, content }) => `${content}${name}`);
  return { shell: [command.shell, ...documents].join('\n') };
}

function isDocument(command: CommandLine): boolean {
  return 'shell' in command && /^<<-?\S+$/.test(command.shell);
}

function scriptOf(command: CommandLine, [document]: Heredoc[]): PlannedMount | undefined {
  if (!document?.content.startsWith('#!') || !isDocument(command)) return undefined;
  const inode = newInode(S_IFREG | 0o755, { content: contentOf(Buffer.from(document.content)) });
  return { target: SCRIPT, key: ['script', document.content], open: async () => ({ inode }) };
}

function failed(argv: string[], status: number, place: Place): WbxError {
  const { file, line } = place;
  const sentence = `process "${argv.join(' ')}" did not complete successfully: exit code: ${status}`;
  return new WbxError('RUN_FAILED', `${file}:${line}: ${sentence}`);
}
