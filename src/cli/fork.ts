// wbx fork: a twin of a box that runs under a name goes on in this process, with its own streams. No clock notices.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { WbxError } from '../errors.ts';
import { ask } from './each-box.ts';
import { type OptionTable, ParsedOptions } from './options.ts';
import { main as run } from './run.ts';

const OPTIONS: OptionTable = [
  ['help', 'flag'],
  ['interactive', 'flag', 'i'],
  ['name', 'value'],
  ['tty', 'flag', 't'],
];

const HELP = `Usage: wbx fork [-i] [-t] [--name NEW-NAME] NAME

Runs a twin of the box NAME in this terminal, from where it is now; both go on by themselves.

Example:
  $ wbx run --name py -it python.wasm
  $ wbx fork -it py          # in another terminal
`;

export async function main(args: string[]): Promise<number> {
  const options = new ParsedOptions(OPTIONS, args);
  if (options.has('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const [name] = options.rest;
  if (name === undefined || options.rest.length > 1) throw new WbxError('BAD_ARGUMENT', 'name one box to fork');
  const directory = mkdtempSync(join(tmpdir(), 'wbx-fork-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.on('exit', remove);
  const path = join(directory, 'twin.wasm');
  await ask(new Boxes().find(name), { op: 'snapshot', path, delta: false });
  return run([...args.slice(0, -1), '--clock', 'continue', path]);
}
