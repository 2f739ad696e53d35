// wbx pause: boxes stand still until wbx unpause; their programs notice nothing but the time.
import { newCommand, runCommand } from './command.ts';
import { ask, eachBox } from './each-box.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('pause', 'Let boxes stand still.', ['wbx pause web && wbx unpause web'])
    .argument('<box...>', 'names or ids')
    .action((names: string[]) => eachBox(names, (box) => ask(box, { op: 'pause' })));
  return runCommand(command, args);
}
