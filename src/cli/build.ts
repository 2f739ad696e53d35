// wbx build: a Dockerfile becomes an image, and the image a box.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Option } from 'commander';
import { buildImage, checkDockerfile } from '../build/build.ts';
import { formatWarnings } from '../dockerfile/lint.ts';
import { WbxError } from '../errors.ts';
import { isFor, LINUX_AMD64, parsePlatform } from '../image/platform.ts';
import { familiarName, normalizeReference } from '../image/reference.ts';
import { ensureImage } from '../image/registry/ensure.ts';
import { Store } from '../image/store/store.ts';
import { parseProgressMode } from '../build/progress/view.ts';
import type { Tier } from '../runtime/node/tier.ts';
import { newCommand, runCommand } from './command.ts';
import { type BuildOutput, parseOutput, writeBuild } from './build-output.ts';
import { TRAIN_HELP, TRAIN_SIZE_HELP, type TrainFlags } from './export-box.ts';
import { main as run } from './run.ts';
import { transferProgress } from './transfer.ts';

interface BuildFlags extends TrainFlags {
  file?: string;
  tag?: string[];
  output?: string[];
  snapshotAfter?: string;
  buildArg?: string[];
  buildContext?: string[];
  secret?: string[];
  ssh?: string[];
  label?: string[];
  platform?: string;
  target?: string;
  iidfile?: string;
  quiet?: boolean;
  cache: boolean;
  /** True when it is not given: commander takes it for the opposite of --cache-filter. */
  cacheFilter: true | string[];
  progress: string;
  tier?: Tier;
  check?: boolean;
  pull?: boolean;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand(
    'build',
    'Build an image and a box from a Dockerfile. Without -t and -o, the box is written to DIRECTORY.wasm.',
    [
      'wbx build .                          # Dockerfile in ., writes ./NAME-OF-THIS-DIRECTORY.wasm',
      'wbx build -o app.wasm -f app.Dockerfile src',
      'wbx build -t myapp:1 --build-arg VERSION=1 --secret id=token,env=TOKEN .',
      "wbx build -o app.wasm --train 'myapp --self-test' .   # what gets hot there is translated into the box",
      'wbx build -o app.wasm https://github.com/someone/app.git#main:docker',
    ],
  )
    .argument(
      '<context>',
      'directory, URL or git reference that COPY and ADD read; - for a tar or a Dockerfile on stdin',
    )
    .option('-f, --file <path>', 'the Dockerfile, - for stdin (default: CONTEXT/Dockerfile)')
    .option('-t, --tag <name>', 'name the image in the local store', collect)
    .option('-o, --output <output>', 'a file for the box, or type=box|oci|docker|tar|local,dest=PATH', collect)
    .option('--snapshot-after <text>', 'run the box, and once it has printed that, write a snapshot in its place')
    .option('--train <command>', TRAIN_HELP, collect)
    .option('--train-size <bytes>', TRAIN_SIZE_HELP)
    .option('--build-arg <name=value>', 'set an ARG; a name alone takes its value from the environment', collect)
    .option('--build-context <name=dir>', 'a directory that COPY --from and RUN --mount may name', collect)
    .option('--secret <id=name,src=file>', 'what RUN --mount=type=secret shows; env=NAME instead of src', collect)
    .option(
      '--ssh <id=socket>',
      "the ssh agent that RUN --mount=type=ssh reaches; this user's when there is no socket",
      collect,
    )
    .option('--label <name=value>', 'add a label to the image', collect)
    .option('--platform <platform>', 'linux/amd64, which is what a box runs')
    .option('--target <stage>', 'stop at this stage')
    .option('--iidfile <file>', "write the image's digest to a file")
    .option('-q, --quiet', "print nothing but the image's digest")
    .option('--no-cache', 'carry out every step')
    .option('--no-cache-filter <stage>', 'carry out every step of this stage', collect)
    .option('--progress <mode>', 'auto, plain, rawjson or tty', 'auto')
    .addOption(
      new Option('--tier <tier>', 'run RUN steps by the interpreter alone, or also translated').choices([
        'interp',
        'jit',
      ]),
    )
    .option('--check', 'tell what is wrong or doubtful in the Dockerfile, and build nothing')
    .option('--pull', 'ask the registry for every image, also for those of the local store')
    .action(build);
  return runCommand(command, args);
}

function build(context: string, flags: BuildFlags): Promise<void> {
  if (flags.check) return check(context, flags.file);
  const store = new Store();
  return store.leases.during(() => buildInto(store, context, flags));
}

async function buildInto(store: Store, context: string, flags: BuildFlags): Promise<void> {
  const names = (flags.tag ?? []).map(normalizeReference);
  const platform = parsePlatform(flags.platform ?? 'linux/amd64');
  if (!isFor(platform, LINUX_AMD64))
    throw new WbxError('UNSUPPORTED', `--platform ${flags.platform}: a box runs linux/amd64 only`);
  const outputs = outputsOf(flags, names, context);
  const log = flags.quiet ? { write: () => {} } : process.stderr;
  const policy = flags.pull ? 'always' : 'missing';
  const result = await buildImage({
    store,
    context,
    dockerfile: flags.file,
    target: flags.target,
    buildArgs: new Map((flags.buildArg ?? []).flatMap(parseBuildArg)),
    contexts: new Map((flags.buildContext ?? []).map((text) => pair('--build-context', text))),
    secrets: new Map((flags.secret ?? []).map(parseSecret)),
    agents: new Map((flags.ssh ?? []).map(parseAgent)),
    labels: new Map((flags.label ?? []).map((text) => pair('--label', text))),
    useCache: flags.cache,
    image: (name) => ensureImage(store, name, policy, () => transferProgress(process.stderr)),
    noCacheStages: flags.cacheFilter === true ? [] : flags.cacheFilter.flatMap((text) => text.split(',')),
    tier: flags.tier,
    progressMode: parseProgressMode(flags.progress, process.stderr.isTTY),
    progress: log,
  });
  for (const name of names) {
    await store.tag(result.image, name);
    log.write(`named ${familiarName(name)} (${result.image.digest})\n`);
  }
  for (const output of outputs) await writeBuild(store, result, names, output, flags, log);
  if (flags.snapshotAfter !== undefined) await snapshotAfter(flags.snapshotAfter, outputs);
  if (flags.iidfile !== undefined) writeFileSync(flags.iidfile, result.image.configDigest);
  if (flags.quiet) console.log(result.image.configDigest);
}

/** Puts a snapshot in the box's place, taken once its program has printed the text. */
async function snapshotAfter(text: string, outputs: BuildOutput[]): Promise<void> {
  const box = outputs.find(({ type }) => type === 'box')?.path;
  if (box === undefined) throw new WbxError('BAD_ARGUMENT', '--snapshot-after needs a box: say -o FILE');
  await run(['--snapshot-after', text, '-o', box, box]);
}

/** A build without a name and an output becomes a box. */
function outputsOf({ output }: BuildFlags, names: string[], context: string): BuildOutput[] {
  if (output) return output.map(parseOutput);
  return names.length === 0 ? [parseOutput(defaultOutput(context))] : [];
}

/** Warnings are a failure here, as with Docker. */
async function check(context: string, dockerfile: string | undefined): Promise<void> {
  const warnings = await checkDockerfile({ context, dockerfile });
  console.log(warnings.length === 0 ? 'Check complete, no warnings found.' : formatWarnings(warnings).trimStart());
  if (warnings.length > 0) throw new WbxError('BAD_DOCKERFILE', 'the check has found something');
}

/** The context's own name, when it has one. */
function defaultOutput(context: string): string {
  const path = context === '-' ? '.' : context.split('#')[0].replace(/\.git$/, '');
  return `${basename(resolve(path)) || 'box'}.wasm`;
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

/** `id=token,src=path` or `id=token,env=NAME`; a name alone means both the id and where to look. */
function parseSecret(text: string): [string, Uint8Array] {
  const fields = new Map(text.split(',').map((field) => pair('--secret', field)));
  const id = fields.get('id');
  if (id === undefined)
    throw new WbxError('BAD_ARGUMENT', `--secret ${text}: write id=NAME,src=FILE or id=NAME,env=VARIABLE`);
  const file = fields.get('src') ?? fields.get('source');
  if (file !== undefined) return [id, readFileSync(file)];
  const value = process.env[fields.get('env') ?? id];
  if (value === undefined)
    throw new WbxError('NOT_FOUND', `--secret ${text}: there is no variable ${fields.get('env') ?? id}`);
  return [id, Buffer.from(value)];
}

/** `default`, `ID` or `ID=SOCKET`, as docker build has it; it also takes files of keys, which are an agent's to keep. */
function parseAgent(text: string): [string, string] {
  const [id, socket = process.env.SSH_AUTH_SOCK] = text.split(/=(.*)/s);
  if (!socket) throw new WbxError('NOT_FOUND', `--ssh ${text}: no ssh agent runs; start one, or write ${id}=SOCKET`);
  const stat = statSync(socket, { throwIfNoEntry: false });
  // A named pipe of Windows is no file to look at.
  if (stat ? !stat.isFile() : socket.startsWith('\\\\.\\pipe\\')) return [id, resolve(socket)];
  const hint = stat ? 'that is a file; give the key to an agent with ssh-add' : 'no such socket';
  throw new WbxError('NOT_FOUND', `--ssh ${text}: ${hint}`);
}

function pair(option: string, text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new WbxError('BAD_ARGUMENT', `${option} ${text}: write NAME=VALUE`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** An option that is given once for each value. */
function collect(value: string, earlier: string[] | true = []): string[] {
  return [...(earlier === true ? [] : earlier), value];
}
