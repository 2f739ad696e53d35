// wbx update: changes how a box is restarted, and the limits it has when it starts next.
import { isAlive } from '../runtime/node/boxes/record.ts';
import { WbxError } from '../errors.ts';
import { newCommand, runCommand } from './command.ts';
import { ask, eachBox } from './each-box.ts';
import { limitsOf, LIMIT_OPTIONS } from './limit-options.ts';
import { ParsedOptions } from './options.ts';
import { parseRestart } from './record-of.ts';

interface UpdateFlags {
  restart?: string;
  memory?: string;
  pidsLimit?: string;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('update', 'Change the restart policy of boxes, or their limits from the next start on.', [
    'wbx update --restart always web',
    'wbx update -m 1g db && wbx restart db',
  ])
    .argument('<box...>', 'names or ids')
    .option('--restart <policy>', 'no, on-failure[:N], always, unless-stopped')
    .option('-m, --memory <size>', 'from the next start on')
    .option('--pids-limit <n>', 'from the next start on')
    .action((names: string[], flags: UpdateFlags) => {
      const words = limitWords(flags);
      const restart = flags.restart === undefined ? undefined : parseRestart(flags.restart);
      if (!restart && words.length === 0)
        throw new WbxError('BAD_ARGUMENT', 'say what to change; see "wbx update --help"');
      return eachBox(names, async (box, boxes) => {
        const { record } = box;
        // The last of two equal options counts, and options end at "--".
        const end = record.args.indexOf('--');
        const changed = [...record.args.slice(0, end), ...words, ...record.args.slice(end)];
        boxes.write({ ...record, args: changed, restart: restart ?? record.restart });
        if (isAlive(box.state)) await ask(box, { op: 'reload' });
      });
    });
  return runCommand(command, args);
}

function limitWords({ memory, pidsLimit }: UpdateFlags): string[] {
  const words = [
    ...(memory === undefined ? [] : [`--memory=${memory}`]),
    ...(pidsLimit === undefined ? [] : [`--pids-limit=${pidsLimit}`]),
  ];
  limitsOf(new ParsedOptions(LIMIT_OPTIONS, words));
  return words;
}
