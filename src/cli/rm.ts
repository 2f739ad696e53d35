// wbx rm: removes boxes with all that they have written.

import { systemCode, WbxError } from '../errors.ts';
import type { Boxes, KnownBox } from '../runtime/node/boxes/boxes.ts';
import { emitEvent } from '../runtime/node/boxes/events.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { newCommand, runCommand } from './command.ts';
import { ask, eachBox, waitForEnd } from './each-box.ts';

const SIGKILL = 9;

export function main(args: string[]): Promise<number> {
  const command = newCommand('rm', 'Remove boxes, their logs and what they have written.', [
    'wbx rm old',
    'wbx rm -f web                    # also when it runs',
    'wbx rm $(wbx ps -aq -f status=exited)',
  ])
    .argument('<box...>', 'names or ids')
    .option('-f, --force', 'kill those that run; absent ones are no error')
    .option('-v, --volumes', 'accepted: volumes without a name are removed by "wbx volume prune"')
    .action(async (names: string[], { force }: { force?: boolean }) => {
      await eachBox(names, (box, boxes) => remove(boxes, box, force === true)).catch((error: Error) => {
        const absent = error.message.split('\nwbx: ').every((line) => line.startsWith('no such box'));
        if (!force || !absent) throw error;
      });
    });
  return runCommand(command, args);
}

export async function remove(boxes: Boxes, box: KnownBox, force: boolean): Promise<void> {
  const { record, state } = box;
  if (isAlive(state) && !force) {
    throw new WbxError('UNSUPPORTED', `the box ${record.name} is running: stop it first, or use -f`);
  }
  if (isAlive(state)) {
    // It may end by itself meanwhile.
    await ask(box, { op: 'signal', signal: SIGKILL }).catch(ignoreGone);
    await waitForEnd(boxes, box);
  }
  try {
    boxes.remove(record);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  emitEvent(boxes, record, 'destroy');
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof WbxError && error.code === 'NOT_FOUND')) throw error;
}
