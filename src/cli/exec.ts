// wbx exec: one more program in a running box. Its options end at the name of the box.
import { Boxes, SHORT_ID } from '../runtime/node/boxes/boxes.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { openConnection } from '../runtime/node/control/client.ts';
import { terminalSize } from '../runtime/node/terminal.ts';
import { WbxError } from '../errors.ts';
import { converse } from './attach-client.ts';
import { environmentOf } from './environment.ts';
import { type OptionTable, ParsedOptions } from './options.ts';

const OPTIONS: OptionTable = [
  ['detach', 'flag', 'd'],
  ['detach-keys', 'value'],
  ['env', 'list', 'e'],
  ['env-file', 'list'],
  ['help', 'flag'],
  ['interactive', 'flag', 'i'],
  ['tty', 'flag', 't'],
  ['user', 'value', 'u'],
  ['workdir', 'value', 'w'],
];

const HELP = `Usage: wbx exec [OPTION...] BOX COMMAND [ARG...]

Runs one more program in a running box; its status is passed on.

Options:
  -d, --detach           do not wait for it
  -i, --interactive      connect stdin
  -t, --tty              run it on a terminal of its own, which is this one
      --detach-keys KEYS leave it running: ctrl-p,ctrl-q if not given
  -e, --env NAME[=VALUE], --env-file FILE
  -w, --workdir DIR
  -u, --user USER[:GROUP]

Examples:
  $ wbx exec web ls -l /srv
  $ wbx exec -it web bash
  $ wbx exec -d web sh -c 'make > log'
  $ echo 'select 1' | wbx exec -i db psql
`;

export async function main(args: string[]): Promise<number> {
  const options = new ParsedOptions(OPTIONS, args);
  if (options.has('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const [name, ...argv] = options.rest;
  if (name === undefined || argv.length === 0) {
    throw new WbxError('BAD_ARGUMENT', 'name a box and a command; see "wbx exec --help"');
  }
  const { record, state } = new Boxes().find(name);
  if (!isAlive(state)) throw new WbxError('UNSUPPORTED', `the box ${record.name} is not running`);
  const detach = options.has('detach');
  const interactive = options.has('interactive');
  const tty = options.has('tty');
  if (tty && interactive && !detach && !process.stdin.isTTY)
    throw new WbxError('BAD_ARGUMENT', 'the input device is not a terminal: leave -t out');
  const id = record.id.slice(0, SHORT_ID);
  const connection = await openConnection(id, {
    op: 'exec',
    argv,
    env: environmentOf(options),
    cwd: options.value('workdir'),
    user: options.value('user'),
    interactive,
    detach,
    tty,
    ...(tty ? terminalSize() : {}),
  });
  const input = interactive && !detach;
  const answer = await converse(connection, id, {
    tty: tty && input,
    input,
    proxy: false,
    keys: options.value('detach-keys'),
  });
  if (answer === undefined) process.stderr.write('\r\n');
  return answer?.status ?? 0;
}
