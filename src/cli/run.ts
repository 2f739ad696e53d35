// wbx run: runs a box file, or a command over a directory, like `docker run`. Its options are
// read without the library the other commands use: starting is what this command is measured by.
import { statSync } from 'node:fs';
import { CLOCK_CONTINUE, CLOCK_JUMP } from '../../abi/host.ts';
import type { ConfigOverrides } from '../box/boot-config.ts';
import { type Identity, openNetwork } from '../runtime/node/net/container.ts';
import { runBox, type RunOptions } from '../runtime/node/run.ts';
import type { Tier } from '../runtime/node/tier.ts';
import type { Runnable } from '../runtime/node/runnable.ts';
import { runnableDelta, runnableFile } from '../runtime/node/runnable-file.ts';
import { optimiseLate } from '../runtime/node/tier-up.ts';
import { WbxError } from '../errors.ts';
import { deterministicStart } from '../box/deterministic.ts';
import { environmentOf } from './environment.ts';
import { isKept, KEEPING_HELP, KEEPING_OPTIONS } from './keeping-options.ts';
import { cpusOf, LIMIT_HELP, LIMIT_OPTIONS, limitsOf } from './limit-options.ts';
import { MOUNT_HELP, MOUNT_OPTIONS, prepareMounts } from './mounts.ts';
import { NETWORK_HELP, NETWORK_OPTIONS, networkOf } from './network-options.ts';
import { RIGHTS_HELP, RIGHTS_OPTIONS, rightsOf } from './rights-options.ts';
import type { SavedRun } from './run-saved.ts';
import { type OptionTable, ParsedOptions } from './options.ts';

export const RUN_OPTIONS: OptionTable = [
  ['base', 'value'],
  ['clock', 'value'],
  ['cpu', 'value'],
  ['deterministic', 'flag'],
  ['entrypoint', 'value'],
  ['env', 'list', 'e'],
  ['env-file', 'list'],
  ['epoch', 'value'],
  ['help', 'flag'],
  ['hostname', 'value', 'h'],
  ['init', 'flag'],
  ['interactive', 'flag', 'i'],
  ['output', 'value', 'o'],
  ['policy', 'value'],
  ['pull', 'value'],
  ['record', 'value'],
  ['rootfs', 'value'],
  ['seed', 'value'],
  ['snapshot-after', 'value'],
  ['strace', 'flag'],
  ['tier', 'value'],
  ['trace', 'flag'],
  ['tty', 'flag', 't'],
  ['until', 'value'],
  ['user', 'value', 'u'],
  ['workdir', 'value', 'w'],
  ...KEEPING_OPTIONS,
  ...LIMIT_OPTIONS,
  ...MOUNT_OPTIONS,
  ...NETWORK_OPTIONS,
  ...RIGHTS_OPTIONS,
];

/** Options that say how a box boots. */
const AT_BOOT_ONLY = [
  'cpu',
  'deterministic',
  'entrypoint',
  'env',
  'env-file',
  'hostname',
  'init',
  'user',
  'workdir',
  ...[...LIMIT_OPTIONS, ...MOUNT_OPTIONS, ...RIGHTS_OPTIONS].map(([name]) => name),
];

const HELP = `Usage: wbx run [OPTION...] BOX.wasm [COMMAND [ARG...]]
       wbx run [OPTION...] IMAGE [COMMAND [ARG...]]
       wbx run [OPTION...] --rootfs DIR COMMAND [ARG...]

       wbx run [OPTION...] SNAPSHOT.wasm

Runs a box, an image (of the local store, or pulled), or a command over a directory. What the program writes stays in
the box; its exit status is passed on. A snapshot goes on where it was taken ("wbx restore" is another name for that).

Options:
  -i, --interactive      connect stdin
  -t, --tty              the streams are this terminal
  -e, --env NAME[=VALUE] set a variable; a name alone is passed on
      --env-file FILE    lines of NAME=VALUE
  -w, --workdir DIR      working directory
  -u, --user USER[:GROUP]
  -h, --hostname NAME
      --cpu LEVEL        what the CPU knows: v1, v2 or v3 (x86-64-v1 ..., v3 with AVX2 if not given)
      --entrypoint PROGRAM
      --init             run an init as pid 1 that passes signals on and reaps what is left behind
      --policy FILE      all that the box may reach, as JSON: see docs/BOXES.md
      --pull WHEN        ask the image's registry: always, missing (the default) or never
      --record FILE      write down everything that the box is given, for "wbx replay"
      --rootfs DIR       run over this directory
      --snapshot-after TEXT -o FILE
                         once TEXT has been printed, write a snapshot to FILE and end
      --base FILE        the box that a delta was taken from
      --clock MODE       of a snapshot: "jump" over the time since (the default), or "continue" as if there was none
      --deterministic    the same run every time: clocks count instructions, random bytes come from a seed
      --seed N           for it, 0 if not given
      --epoch SECONDS    when it begins, 1000000000 if not given
      --until N [-o FILE]
                         end it at instruction N, and write a snapshot of it to FILE
${KEEPING_HELP}${LIMIT_HELP}${MOUNT_HELP}${NETWORK_HELP}${RIGHTS_HELP}      --strace           print system calls to stderr
      --tier TIER        run code by the interpreter alone (interp), by what is translated in the box as well (aot, if
                         not given), or also by what is translated while it runs (jit)
      --trace            print the last instructions when a program faults

Examples:
  $ wbx run app.wasm
  $ wbx run -it debian:bookworm bash
  $ wbx run -d --name web -p 8080:80 --restart on-failure nginx
  $ wbx run --rootfs /srv/rootfs /bin/echo hello
  $ wbx run -v "$PWD:/src" -w /src gcc:13 make
`;

export async function main(args: string[]): Promise<number> {
  const options = await parseRun(args);
  if (options.has('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const tty = options.has('tty');
  if (tty && !options.has('detach') && !process.stdin.isTTY)
    throw new WbxError('BAD_ARGUMENT', 'the input device is not a terminal: leave -t out');
  if (isKept(options)) return (await import('./run-kept.ts')).runKept(options);
  optimiseLate();
  const { runnable, run } = await prepareRun(options);
  const saving = await snapshotOptions(runnable, options);
  const { status } = await runBox({
    ...run,
    ...saving,
    stdin: options.has('interactive') ? undefined : null,
    tty,
    onLimit: tellLimit,
    forwardSignals: !tty,
  });
  await saving.finish?.();
  return status;
}

function tellLimit(limit: number): void {
  void import('./limit-met.ts').then(({ limitSentence }) => process.stderr.write(`wbx: ${limitSentence(limit)}\n`));
}

/** Options of run, with those of a policy file in its place. */
export async function parseRun(args: string[]): Promise<ParsedOptions> {
  const options = new ParsedOptions(RUN_OPTIONS, args);
  return options.has('policy') ? (await import('./policy-file.ts')).withPolicy(RUN_OPTIONS, options) : options;
}

export interface PreparedRun {
  runnable: Runnable;
  /** All but the streams. */
  run: RunOptions;
}

/** What the options ask for. `runnable` in place of what they name. */
export async function prepareRun(
  options: ParsedOptions,
  changed: (runnable: Runnable) => Promise<Runnable> = async (same) => same,
  identity?: Identity,
): Promise<PreparedRun> {
  const [chosen, command] = await choose(options);
  const runnable = await changed(chosen);
  const run = {
    ...runnable,
    ...(await start(runnable, options, command, identity)),
    strace: options.has('strace'),
    cpus: cpusOf(options),
    tier: options.value('tier') as Tier | undefined,
    trace: options.has('trace'),
  };
  return { runnable, run };
}

/** How it begins: by booting, or where a snapshot was taken. */
async function start(
  runnable: Runnable,
  options: ParsedOptions,
  command: string[],
  identity?: Identity,
): Promise<Partial<RunOptions>> {
  const deterministic = determinism(options);
  if (!runnable.saved) {
    const boot = await runnable.bootOptions(overrides(options, command));
    const { mounts, hostRoots } = await prepareMounts(options, runnable.rootfs);
    const wanted = deterministic ? undefined : networkOf(options, runnable.exposed);
    const { network, ...named } = await openNetwork(wanted, boot.hostname ?? 'box', identity);
    const cpuLevel = levelOf(options.value('cpu')) ?? boot.cpuLevel;
    const mounted = {
      ...boot,
      ...named.boot,
      ...limitsOf(options),
      ...rightsOf(options),
      program: options.has('init') ? await initProgram() : undefined,
      cpuLevel,
      mounts: [...(boot.mounts ?? []), ...mounts],
      ...deterministic,
    };
    return { boot: mounted, hostRoots, network, deterministic: deterministic !== undefined };
  }
  const unfit = AT_BOOT_ONLY.find((name) => options.has(name)) ?? command[0];
  if (unfit !== undefined) {
    throw new WbxError('BAD_ARGUMENT', `a snapshot goes on as it was started: leave "${unfit}" out`);
  }
  const { network } = await openNetwork(networkOf(options, runnable.exposed), '');
  return { network, state: { memory: await runnable.saved(), clock: clockMode(options.value('clock')) } };
}

async function initProgram(): Promise<Uint8Array> {
  return Buffer.from((await import('../runtime/guest/programs.gen.ts')).INIT, 'base64');
}

/** 1, 2 or 3; undefined = as the box says. */
function levelOf(text?: string): number | undefined {
  if (text === undefined) return undefined;
  const level = /^v([123])$/.exec(text)?.[1];
  if (level === undefined) throw new WbxError('BAD_ARGUMENT', `--cpu ${text}: "v1", "v2" or "v3"`);
  return Number(level);
}

function clockMode(text = 'jump'): number {
  if (text !== 'jump' && text !== 'continue')
    throw new WbxError('BAD_ARGUMENT', `--clock ${text}: "jump" or "continue"`);
  return text === 'jump' ? CLOCK_JUMP : CLOCK_CONTINUE;
}

/** What a deterministic run boots with besides; undefined = it is none. */
function determinism(options: ParsedOptions): { seed: Uint8Array; epoch: number } | undefined {
  if (!options.has('deterministic')) {
    const alone = ['seed', 'epoch'].find((name) => options.has(name));
    if (alone) throw new WbxError('BAD_ARGUMENT', `--${alone} needs --deterministic`);
    return undefined;
  }
  if (options.has('tty')) throw new WbxError('BAD_ARGUMENT', 'what is typed is not deterministic: leave -t out');
  return deterministicStart(wholeNumber('seed', options.value('seed') ?? '0'), epochOf(options));
}

function epochOf(options: ParsedOptions): number | undefined {
  const text = options.value('epoch');
  return text === undefined ? undefined : wholeNumber('epoch', text);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new WbxError('BAD_ARGUMENT', `--${name} ${text}: give a whole number`);
  return Number(text);
}

/** Loaded only where a box can be saved: starting is what this command is measured by. */
async function snapshotOptions(runnable: Runnable, options: ParsedOptions): Promise<SavedRun> {
  const record = options.value('record');
  if (record !== undefined) return (await import('./run-recorded.ts')).recorded(runnable, options, record);
  const after = options.value('snapshot-after');
  const output = options.value('output');
  const until = options.value('until');
  if (until !== undefined) {
    if (!options.has('deterministic')) throw new WbxError('BAD_ARGUMENT', '--until needs --deterministic');
    return (await import('./run-saved.ts')).until(runnable, wholeNumber('until', until), output);
  }
  if ((after === undefined) !== (output === undefined)) {
    throw new WbxError('BAD_ARGUMENT', '--snapshot-after TEXT and -o FILE belong together');
  }
  return after === undefined ? {} : (await import('./run-saved.ts')).snapshotAfter(runnable, after, output!);
}

/** What to run, and the words behind it. */
export async function choose(options: ParsedOptions): Promise<[Runnable, string[]]> {
  const rootfs = options.value('rootfs');
  if (rootfs !== undefined) return [await directory(rootfs), options.rest];
  const [name, ...command] = options.rest;
  if (name === undefined) throw new WbxError('BAD_ARGUMENT', 'name a box or an image to run; see "wbx run --help"');
  const base = options.value('base');
  if (base !== undefined) return [await runnableDelta(name, base), command];
  const isFile = statSync(name, { throwIfNoEntry: false })?.isFile();
  return [isFile ? await runnableFile(name) : await image(name, options.value('pull') ?? 'missing'), command];
}

async function directory(path: string): Promise<Runnable> {
  const { runnableDirectory } = await import('../runtime/node/runnable-tree.ts');
  return runnableDirectory(path);
}

/** The store is loaded only here: a box file starts without it. */
async function image(name: string, pull: string): Promise<Runnable> {
  const { runnableImage } = await import('./run-image.ts');
  return runnableImage(name, pull);
}

function overrides(options: ParsedOptions, command: string[]): ConfigOverrides {
  const entrypoint = options.value('entrypoint');
  return {
    command: command.length > 0 ? command : undefined,
    entrypoint: entrypoint === undefined ? undefined : entrypoint === '' ? [] : [entrypoint],
    env: environmentOf(options),
    workingDirectory: options.value('workdir'),
    user: options.value('user'),
    hostname: options.value('hostname'),
    tty: options.has('tty'),
  };
}
