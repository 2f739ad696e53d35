// wbx restart: ends boxes and starts them again, with what they have written.
import { newCommand, runCommand } from './command.ts';
import { eachBox, waitForEnd } from './each-box.ts';
import { start } from './start.ts';
import { type StopFlags, stop } from './stop.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('restart', 'End boxes and start them again.', ['wbx restart web', 'wbx restart -t 1 web'])
    .argument('<box...>', 'names or ids')
    .option('-s, --signal <signal>', 'instead of the one of the box (SIGTERM)')
    .option('-t, --time <seconds>', 'wait that long before SIGKILL')
    .option('--timeout <seconds>', 'the same')
    .action((names: string[], flags: StopFlags) =>
      eachBox(names, async (box, boxes) => {
        await stop(box, flags, true);
        await start({ record: box.record, state: await waitForEnd(boxes, boxes.find(box.record.id)) });
      }),
    );
  return runCommand(command, args);
}
