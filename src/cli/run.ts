// wbx run: runs a box file, or a command over a directory, like `docker run`. Its options are
// read without the library the other commands use: starting is what this command is measured by.
import { statSync } from 'node:fs';
import type { ConfigOverrides } from '../box/boot-config.ts';
import { runBox } from '../runtime/node/run.ts';
import type { Runnable } from '../runtime/node/runnable.ts';
import { runnableFile } from '../runtime/node/runnable-file.ts';
import { optimiseLate } from '../runtime/node/tier-up.ts';
import { WbxError } from '../errors.ts';
import { type OptionTable, ParsedOptions } from './options.ts';
import { parseSize } from './size.ts';

const OPTIONS: OptionTable = [
  ['entrypoint', 'value'],
  ['env', 'list', 'e'],
  ['help', 'flag'],
  ['hostname', 'value', 'h'],
  ['interactive', 'flag', 'i'],
  ['memory', 'value', 'm'],
  ['rm', 'flag'],
  ['rootfs', 'value'],
  ['strace', 'flag'],
  ['trace', 'flag'],
  ['tty', 'flag', 't'],
  ['user', 'value', 'u'],
  ['workdir', 'value', 'w'],
];

const HELP = `Usage: wbx run [OPTION...] BOX.wasm [COMMAND [ARG...]]
       wbx run [OPTION...] IMAGE [COMMAND [ARG...]]
       wbx run [OPTION...] --rootfs DIR COMMAND [ARG...]

Runs a box, an image of the local store, or a command over a directory. What the program writes stays in the box;
its exit status is passed on.

Options:
  -i, --interactive      connect stdin
  -t, --tty              the streams are this terminal
  -e, --env NAME[=VALUE] set a variable; a name alone is passed on
  -w, --workdir DIR      working directory
  -u, --user USER[:GROUP]
  -h, --hostname NAME
  -m, --memory SIZE      limit of the memory, such as 512m
      --entrypoint PROGRAM
      --rootfs DIR       run over this directory
      --strace           print system calls to stderr
      --trace            print the last instructions when a program faults

Examples:
  $ wbx run app.wasm
  $ wbx run -it debian:bookworm bash
  $ wbx run --rootfs /srv/rootfs /bin/echo hello
`;

export async function main(args: string[]): Promise<number> {
  const options = new ParsedOptions(OPTIONS, args);
  if (options.has('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  optimiseLate();
  const [runnable, command] = await choose(options);
  const tty = options.has('tty');
  if (tty && !process.stdin.isTTY)
    throw new WbxError('BAD_ARGUMENT', 'the input device is not a terminal: leave -t out');
  const boot = await runnable.bootOptions(overrides(options, command));
  const { status } = await runBox({
    ...runnable,
    boot: { ...boot, memoryLimit: parseSize(options.value('memory')) },
    stdin: options.has('interactive') ? undefined : null,
    tty,
    strace: options.has('strace'),
    trace: options.has('trace'),
    forwardSignals: !tty,
  });
  return status;
}

/** What to run, and the words behind it. */
async function choose(options: ParsedOptions): Promise<[Runnable, string[]]> {
  const rootfs = options.value('rootfs');
  if (rootfs !== undefined) return [await directory(rootfs), options.rest];
  const [name, ...command] = options.rest;
  if (name === undefined) throw new WbxError('BAD_ARGUMENT', 'name a box or an image to run; see "wbx run --help"');
  const isFile = statSync(name, { throwIfNoEntry: false })?.isFile();
  return [isFile ? await runnableFile(name) : await image(name), command];
}

async function directory(path: string): Promise<Runnable> {
  const { runnableDirectory } = await import('../runtime/node/runnable-tree.ts');
  return runnableDirectory(path);
}

/** The store is loaded only here: a box file starts without it. */
async function image(name: string): Promise<Runnable> {
  const { Store } = await import('../image/store/store.ts');
  const { runnableTree } = await import('../runtime/node/runnable-tree.ts');
  const store = new Store();
  const found = store.find(name);
  if (!found) throw new WbxError('NOT_FOUND', `no box file and no image "${name}"`);
  return runnableTree(await store.rootfs(found.layers), found.config.config);
}

function overrides(options: ParsedOptions, command: string[]): ConfigOverrides {
  const entrypoint = options.value('entrypoint');
  return {
    command: command.length > 0 ? command : undefined,
    entrypoint: entrypoint === undefined ? undefined : entrypoint === '' ? [] : [entrypoint],
    env: options.list('env').flatMap(variable),
    workingDirectory: options.value('workdir'),
    user: options.value('user'),
    hostname: options.value('hostname'),
    tty: options.has('tty'),
  };
}

/** `-e NAME` passes the variable of this process on, if there is one. */
function variable(text: string): string[] {
  if (text.includes('=')) return [text];
  const value = process.env[text];
  return value === undefined ? [] : [`${text}=${value}`];
}
