// wbx run: runs a box file, or a command over a directory, like `docker run`.
import { existsSync, statSync } from 'node:fs';
import { runBox } from '../runtime/node/run.ts';
import { type Runnable, runnableDirectory, runnableFile, withOverrides } from '../runtime/node/runnable.ts';
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
  const { boot, ...what } = withOverrides(runnable, overrides(options, command), options.value('user'));
  const { status } = await runBox({
    ...what,
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

function overrides(options: ParsedOptions, command: string[]) {
  const hostname = options.value('hostname');
  const defaults = [`HOSTNAME=${hostname ?? 'box'}`, ...(options.has('tty') ? ['TERM=xterm'] : [])];
  return {
    command,
    entrypoint: options.value('entrypoint'),
    env: [...defaults, ...options.list('env').flatMap(variable)],
    cwd: options.value('workdir'),
    hostname,
  };
}

/** `-e NAME` passes the variable of this process on, if there is one. */
function variable(text: string): string[] {
  if (text.includes('=')) return [text];
  const value = process.env[text];
  return value === undefined ? [] : [`${text}=${value}`];
}
