// RUN: the command runs in a box over the stage's file system; what the box says it changed becomes the layer.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { rawLayout, rawSource } from '../../box/chunk-places.ts';
import { bootOptionsOf } from '../../box/boot-config.ts';
import { imageOf } from '../../box/image-writer.ts';
import type { Command, CommandLine } from '../../dockerfile/command.ts';
import { dockerfileError, type Place } from '../../dockerfile/instruction.ts';
import { WbxError } from '../../errors.ts';
import { OpenFile } from '../../image/files.ts';
import { withOtherNames } from '../../image/layer/links.ts';
import { decodeLayerStream } from '../../image/layer/stream.ts';
import type { StoredLayer } from '../../image/store/layers.ts';
import { runBox } from '../../runtime/node/run.ts';
import type { StepProgress } from '../progress.ts';
import type { StageState } from '../stage-state.ts';
import { argvOf } from './config.ts';

/** All that a RUN step depends on besides the layers below: its key in the cache. */
export interface RunPlan {
  argv: string[];
  env: string[];
  user: string;
  cwd: string;
}

export function planRun(state: StageState, command: Extract<Command, { keyword: 'RUN' }>, place: Place): RunPlan {
  const args = [...state.args].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return {
    argv: argvOf(state, withHeredocs(command, place)),
    env: [...args, ...(state.config.Env ?? [])],
    user: state.config.User ?? '',
    cwd: state.workingDirectory,
  };
}

export async function run(
  state: StageState,
  plan: RunPlan,
  progress: StepProgress,
  place: Place,
): Promise<StoredLayer> {
  const image = imageOf(await state.rootfs());
  const boot = bootOptionsOf(
    { Cmd: plan.argv, Env: plan.env, User: plan.user, WorkingDir: plan.cwd },
    await state.rootfs(),
  );
  const stream = new StreamFile(join(state.store.directory, 'tmp'));
  const write = (bytes: Uint8Array) => {
    progress.output(bytes);
    return bytes.length;
  };
  const output = { write };
  try {
    const options = {
      boot,
      layout: rawLayout(image),
      image: rawSource(image),
      stdin: null,
      stdout: output,
      stderr: output,
    };
    const { status } = await runBox({ ...options, layer: stream });
    if (status !== 0) throw failed(plan.argv, status, place);
    return await state.writeLayer(withOtherNames(await state.rootfs(), decodeLayerStream(stream.content())));
  } finally {
    stream.close();
  }
}

/** A here-document that is the whole command is the script; one behind a command goes to the shell as it stands. */
function withHeredocs({ command, heredocs }: Extract<Command, { keyword: 'RUN' }>, place: Place): CommandLine {
  if (heredocs.length === 0 || 'exec' in command) return command;
  if (/^<<-?\S+$/.test(command.shell)) return { shell: script(heredocs[0].content, place) };
  const documents = heredocs.map(({ name, content }) => `${content}${name}`);
  return { shell: [command.shell, ...documents].join('\n') };
}

function script(text: string, place: Place): string {
  if (!text.startsWith('#!')) return text;
  throw dockerfileError(
    place,
    'a here-document with "#!" is not supported yet; name the program, as in RUN python3 <<EOF',
  );
}

function failed(argv: string[], status: number, place: Place): WbxError {
  const { file, line } = place;
  const sentence = `process "${argv.join(' ')}" did not complete successfully: exit code: ${status}`;
  return new WbxError('RUN_FAILED', `${file}:${line}: ${sentence}`);
}

/** The layer stream on disk: it may be larger than memory. */
class StreamFile {
  readonly #path: string;
  readonly #fd: number;
  #file: OpenFile | undefined;

  constructor(directory: string) {
    this.#path = join(directory, `layer-${process.pid}-${process.hrtime.bigint()}`);
    this.#fd = openSync(this.#path, 'wx', 0o600);
  }

  write(bytes: Uint8Array): number {
    return writeSync(this.#fd, bytes);
  }

  content(): OpenFile {
    this.#file ??= new OpenFile(this.#path);
    return this.#file;
  }

  close(): void {
    this.#file?.close();
    closeSync(this.#fd);
    rmSync(this.#path, { force: true });
  }
}
