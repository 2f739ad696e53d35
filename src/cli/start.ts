// wbx start: runs boxes again that have ended, or that wbx create has made, with what they have written before.
import { Boxes, type KnownBox } from '../runtime/node/boxes/boxes.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { WbxError } from '../errors.ts';
import { newCommand, runCommand } from './command.ts';
import { eachBox } from './each-box.ts';
import { startAttached, startDetached } from './run-kept.ts';

interface StartFlags {
  attach?: boolean;
  interactive?: boolean;
  detachKeys?: string;
}

export async function main(args: string[]): Promise<number> {
  let status = 0;
  const command = newCommand('start', 'Start boxes that have ended or were only created.', [
    'wbx start web',
    'wbx start -ai shell              # and attach this terminal',
  ])
    .argument('<box...>', 'names or ids')
    .option('-a, --attach', 'print what it prints, and wait for its end')
    .option('-i, --interactive', 'connect stdin')
    .option('--detach-keys <keys>', 'leave the box running')
    .action(async (names: string[], flags: StartFlags) => {
      if (!flags.attach && !flags.interactive) return eachBox(names, start);
      if (names.length > 1) throw new WbxError('BAD_ARGUMENT', 'attach to one box at a time');
      const { record, state } = new Boxes().find(names[0]);
      if (isAlive(state)) throw new WbxError('UNSUPPORTED', `the box ${record.name} runs already: use "wbx attach"`);
      const interactive = record.interactive && flags.interactive === true;
      status = await startAttached({ ...record, interactive }, flags.detachKeys, true);
    });
  return (await runCommand(command, args)) || status;
}

/** One that runs already is left alone. */
export async function start({ record, state }: KnownBox): Promise<void> {
  if (isAlive(state)) return;
  const status = await startDetached(record);
  if (status !== 0) throw new WbxError('RUN_FAILED', `the box ${record.name} does not start`);
}
