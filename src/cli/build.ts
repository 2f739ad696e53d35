// wbx build: a Dockerfile becomes an image, and the image a box.
import { basename, resolve } from 'node:path';
import { buildImage } from '../build/build.ts';
import { WbxError } from '../errors.ts';
import { familiarName, normalizeReference } from '../image/reference.ts';
import { ensureImage } from '../image/registry/ensure.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';
import { exportBox } from './export-box.ts';
import { transferProgress } from './transfer.ts';

interface BuildFlags {
  file?: string;
  tag?: string[];
  output?: string;
  buildArg?: string[];
  target?: string;
  cache: boolean;
  pull?: boolean;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand(
    'build',
    'Build an image and a box from a Dockerfile. Without -t and -o, the box is written to DIRECTORY.wasm.',
    [
      'wbx build .                          # Dockerfile in ., writes ./NAME-OF-THIS-DIRECTORY.wasm',
      'wbx build -o app.wasm -f app.Dockerfile src',
      'wbx build -t myapp:1 --build-arg VERSION=1 .',
    ],
  )
    .argument('<context>', 'directory that COPY and ADD read')
    .option('-f, --file <path>', 'the Dockerfile (default: CONTEXT/Dockerfile)')
    .option('-t, --tag <name>', 'name the image in the local store', collect)
    .option('-o, --output <file>', 'write the box to a file')
    .option('--build-arg <name=value>', 'set an ARG; a name alone takes its value from the environment', collect)
    .option('--target <stage>', 'stop at this stage')
    .option('--no-cache', 'carry out every step')
    .option('--pull', 'ask the registry for every image, also for those of the local store')
    .action(build);
  return runCommand(command, args);
}

async function build(context: string, flags: BuildFlags): Promise<void> {
  const names = (flags.tag ?? []).map(normalizeReference);
  const store = new Store();
  const policy = flags.pull ? 'always' : 'missing';
  const result = await buildImage({
    store,
    context,
    dockerfile: flags.file,
    target: flags.target,
    buildArgs: new Map((flags.buildArg ?? []).flatMap(parseBuildArg)),
    useCache: flags.cache,
    image: (name) => ensureImage(store, name, policy, () => transferProgress(process.stderr)),
    progress: process.stderr,
  });
  for (const name of names) {
    await store.tag(result.image, name);
    process.stderr.write(`named ${familiarName(name)} (${result.image.digest})\n`);
  }
  const output = flags.output ?? (names.length === 0 ? `${basename(resolve(context)) || 'box'}.wasm` : undefined);
  if (output !== undefined) exportBox(result.image, result.rootfs, output);
}

function parseBuildArg(text: string): [string, string][] {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw new WbxError('BAD_ARGUMENT', `--build-arg ${text}: write NAME=VALUE`);
  }
  const value = equals < 0 ? process.env[name] : text.slice(equals + 1);
  return value === undefined ? [] : [[name, value]];
}

/** An option that is given once for each value. */
function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
