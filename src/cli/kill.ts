// wbx kill: sends a signal to pid 1 of boxes.
import { newCommand, runCommand } from './command.ts';
import { ask, eachBox, waitForEnd } from './each-box.ts';
import { parseSignal } from './signal.ts';

const SIGKILL = 9;

export function main(args: string[]): Promise<number> {
  const command = newCommand('kill', 'Send a signal to the first process of boxes.', [
    'wbx kill web',
    'wbx kill -s HUP web             # read your configuration again',
  ])
    .argument('<box...>', 'names or ids')
    .option('-s, --signal <signal>', 'name or number', 'KILL')
    .action((names: string[], { signal }: { signal: string }) => {
      const number = parseSignal(signal);
      return eachBox(names, async (box, boxes) => {
        await ask(box, { op: 'signal', signal: number });
        if (number === SIGKILL) await waitForEnd(boxes, box);
      });
    });
  return runCommand(command, args);
}
