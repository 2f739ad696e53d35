// wbx attach: this terminal becomes that of a running box.
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { WbxError } from '../errors.ts';
import { attachTo } from './attach-client.ts';
import { newCommand, runCommand } from './command.ts';

interface AttachFlags {
  detachKeys?: string;
  stdin: boolean;
  sigProxy: string;
}

export async function main(args: string[]): Promise<number> {
  let status = 0;
  const command = newCommand('attach', 'Connect this terminal to a running box; its status is passed on.', [
    'wbx run -dit --name shell debian bash && wbx attach shell',
    'wbx attach --no-stdin web        # only look',
  ])
    .argument('<box>', 'name or id')
    .option('--detach-keys <keys>', 'leave the box running (default: ctrl-p,ctrl-q)')
    .option('--no-stdin', 'do not connect stdin')
    .option('--sig-proxy <boolean>', 'pass signals on', 'true')
    .action(async (name: string, { detachKeys: keys, stdin, sigProxy }: AttachFlags) => {
      const { record, state } = new Boxes().find(name);
      if (!isAlive(state)) throw new WbxError('UNSUPPORTED', `the box ${record.name} is not running`);
      if (state.status === 'paused')
        throw new WbxError('UNSUPPORTED', `the box ${record.name} is paused: unpause it first`);
      const input = stdin && record.interactive;
      status = await attachTo(record, { keys, input, proxy: sigProxy !== 'false', holds: false });
    });
  return (await runCommand(command, args)) || status;
}
