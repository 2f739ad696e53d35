// wbx unpause: lets boxes go on that wbx pause has stopped.
import { newCommand, runCommand } from './command.ts';
import { ask, eachBox } from './each-box.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('unpause', 'Let paused boxes go on.', ['wbx unpause web'])
    .argument('<box...>', 'names or ids')
    .action((names: string[]) => eachBox(names, (box) => ask(box, { op: 'unpause' })));
  return runCommand(command, args);
}
