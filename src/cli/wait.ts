// wbx wait: until boxes end; prints their statuses.
import { newCommand, runCommand } from './command.ts';
import { eachBox, waitForEnd } from './each-box.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('wait', 'Wait until boxes end, and print their statuses.', [
    'wbx wait job && echo done',
    'test "$(wbx wait job)" = 0',
  ])
    .argument('<box...>', 'names or ids')
    .action((names: string[]) => eachBox(names, async (box, boxes) => String((await waitForEnd(boxes, box)).exitCode)));
  return runCommand(command, args);
}
