// wbx run: runs a command in a box over a directory.
import type { BootOptions } from '../box/boot-block.ts';
import { imageOf } from '../box/image-writer.ts';
import { rawLayout, rawSource } from '../box/chunk-places.ts';
import { WbxError } from '../errors.ts';
import { rootfsFromDirectory } from '../image/from-directory.ts';
import { runBox } from '../runtime/node/run.ts';
import { type OptionTable, ParsedOptions } from './options.ts';

const OPTIONS: OptionTable = [
  ['env', 'list', 'e'],
  ['hostname', 'value', 'h'],
  ['interactive', 'flag', 'i'],
  ['rootfs', 'value'],
  ['strace', 'flag'],
  ['trace', 'flag'],
  ['tty', 'flag', 't'],
  ['workdir', 'value', 'w'],
];

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export async function main(args: string[]): Promise<number> {
  const options = new ParsedOptions(OPTIONS, args);
  const rootfs = options.value('rootfs');
  if (!rootfs || options.rest.length === 0)
    throw new WbxError('BAD_ARGUMENT', 'usage: wbx run --rootfs DIR COMMAND [ARG...]');
  const image = imageOf(rootfsFromDirectory(rootfs));
  const { status } = await runBox({
    boot: bootOptions(options),
    layout: rawLayout(image),
    image: rawSource(image),
    stdin: options.has('interactive') ? undefined : null,
    tty: options.has('tty'),
    strace: options.has('strace'),
    trace: options.has('trace'),
    forwardSignals: !options.has('tty'),
  });
  return status;
}

function bootOptions(options: ParsedOptions): BootOptions {
  const hostname = options.value('hostname') ?? 'box';
  const env = new Map(defaultEnv(options.has('tty'), hostname).map(splitVariable));
  for (const variable of options.list('env')) {
    const [name, value] = variable.includes('=') ? splitVariable(variable) : [variable, process.env[variable]];
    if (value !== undefined) env.set(name, value);
  }
  return {
    argv: options.rest,
    env: [...env].map(([name, value]) => `${name}=${value}`),
    cwd: options.value('workdir'),
    hostname,
  };
}

function defaultEnv(tty: boolean, hostname: string): string[] {
  const env = [PATH, `HOSTNAME=${hostname}`, 'HOME=/root'];
  return tty ? [...env, 'TERM=xterm'] : env;
}

function splitVariable(variable: string): [string, string] {
  const equals = variable.indexOf('=');
  return [variable.slice(0, equals), variable.slice(equals + 1)];
}
