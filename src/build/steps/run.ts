// RUN: the command runs in a box over the stage's file system; what the box says it changed becomes the layer.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootOptionsOf } from '../../box/boot-config.ts';
import { imageOf } from '../../box/image-writer.ts';
import type { Command, CommandLine } from '../../dockerfile/command.ts';
import type { Heredoc, Place } from '../../dockerfile/instruction.ts';
import { WbxError } from '../../errors.ts';
import { OpenFile } from '../../image/files.ts';
import { withOtherNames } from '../../image/layer/links.ts';
import { decodeLayerStream } from '../../image/layer/stream.ts';
import { contentOf, newInode, S_IFREG } from '../../image/rootfs.ts';
import type { StoredLayer } from '../../image/store/layers.ts';
import type { Tier } from '../../runtime/node/tier.ts';
import type { StepProgress } from '../progress/progress.ts';
import type { RunWorkers } from '../run-workers.ts';
import type { StageState } from '../stage-state.ts';
import { argvOf } from './config.ts';
import { mounted, type ReadyMount, type RunMounts, unmounted } from './run-mounts.ts';

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
  /** What each mount shows, as far as the result depends on it. */
  mounts: unknown[];
}

type RunCommand = Extract<Command, { keyword: 'RUN' }>;

/** A here-document that names its own interpreter is run as this file. */
const SCRIPT = 'run/wbx/heredoc';

export function planRun(
  state: StageState,
  { flags, command, heredocs }: RunCommand,
  { mounts, env }: RunMounts,
): RunPlan {
  const args = [...state.args].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  const script = scriptOf(command, heredocs);
  if (script) mounts.push(script);
  return {
    argv: script ? [`/${SCRIPT}`] : argvOf(state, withHeredocs(command, heredocs)),
    env: [...args, ...env, ...(state.config.Env ?? [])],
    user: state.config.User ?? '',
    cwd: state.workingDirectory,
    network: !flags.get('network')?.includes('none'),
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
  mounts: ReadyMount[],
  { workers, tier, progress }: RunTools,
  place: Place,
): Promise<StoredLayer> {
  const below = await state.rootfs();
  const tree = mounted(below, mounts);
  const image = imageOf(tree);
  const config = { Cmd: plan.argv, Env: plan.env, User: plan.user, WorkingDir: plan.cwd };
  const boot = bootOptionsOf(config, tree, { hostname: HOSTNAME });
  const layer = newPath(join(state.store.directory, 'tmp'));
  let stream: OpenFile | undefined;
  try {
    const network = plan.network ? { policy: {} } : undefined;
    const job = { boot, network, imageSize: image.size, layer, tier };
    const status = await workers.run(job, image, (bytes) => progress.output(bytes));
    if (status !== 0) throw failed(plan.argv, status, place);
    stream = new OpenFile(layer);
    const changes = withOtherNames(tree, decodeLayerStream(stream));
    return await state.writeLayer(unmounted(changes, below, mounts));
  } finally {
    stream?.close();
    rmSync(layer, { force: true });
  }
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

function scriptOf(command: CommandLine, [document]: Heredoc[]): ReadyMount | undefined {
  if (!document?.content.startsWith('#!') || !isDocument(command)) return undefined;
  const inode = newInode(S_IFREG | 0o755, { content: contentOf(Buffer.from(document.content)) });
  return { path: SCRIPT, inode, key: ['script', document.content] };
}

function failed(argv: string[], status: number, place: Place): WbxError {
  const { file, line } = place;
  const sentence = `process "${argv.join(' ')}" did not complete successfully: exit code: ${status}`;
  return new WbxError('RUN_FAILED', `${file}:${line}: ${sentence}`);
}
