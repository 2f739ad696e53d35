// wbx rename: another name for a box.
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { emitEvent } from '../runtime/node/boxes/events.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { newCommand, runCommand } from './command.ts';
import { ask } from './each-box.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('rename', 'Give a box another name.', ['wbx rename quick_otter_7 web'])
    .argument('<box>', 'name or id')
    .argument('<name>', 'the new name')
    .action(async (wanted: string, name: string) => {
      const boxes = new Boxes();
      const box = boxes.find(wanted);
      boxes.rename(box.record, name);
      if (isAlive(box.state)) await ask(box, { op: 'reload' });
      emitEvent(boxes, { ...box.record, name }, 'rename', { oldName: `/${box.record.name}` });
    });
  return runCommand(command, args);
}
