// wbx run: runs a box file, or a command over a directory, like `docker run`.
import { existsSync, statSync } from 'node:fs';
import type { ConfigOverrides } from '../box/boot-config.ts';
import { runBox } from '../runtime/node/run.ts';
import { type Runnable, runnableDirectory, runnableFile } from '../runtime/node/runnable.ts';
import { WbxError } from '../errors.ts';
import { type OptionTable, ParsedOptions } from './options.ts';
import { parseSize } from './size.ts';

const OPTIONS: OptionTable = [
  ['entrypoint', 'value'],
  ['env', 'list', 'e'],
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

const USAGE = `usage: wbx run [OPTION...] BOX.wasm [COMMAND [ARG...]]
       wbx run [OPTION...] --rootfs DIR COMMAND [ARG...]`;

export async function main(args: string[]): Promise<number> {
  const options = new ParsedOptions(OPTIONS, args);
  const [runnable, command] = await choose(options);
  const tty = options.has('tty');
  if (tty && !process.stdin.isTTY)
    throw new WbxError('BAD_ARGUMENT', 'the input device is not a terminal: leave -t out');
  const boot = runnable.bootOptions(overrides(options, command));
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
  if (rootfs !== undefined) return [runnableDirectory(rootfs), options.rest];
  const [name, ...command] = options.rest;
  if (name === undefined) throw new WbxError('BAD_ARGUMENT', USAGE);
  if (!existsSync(name) || !statSync(name).isFile()) throw new WbxError('NOT_FOUND', `${name}: no such box`);
  return [await runnableFile(name), command];
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
