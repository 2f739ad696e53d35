// wbx stop: asks boxes to end, and ends them when they do not.
import type { KnownBox } from '../runtime/node/boxes/boxes.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { newCommand, runCommand } from './command.ts';
import { ask, eachBox } from './each-box.ts';
import { parseSignal } from './signal.ts';

export interface StopFlags {
  signal?: string;
  time?: string;
  timeout?: string;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('stop', 'End boxes: the stop signal, then SIGKILL.', [
    'wbx stop web',
    'wbx stop -t 1 web db',
    'wbx stop $(wbx ps -q)',
  ])
    .argument('<box...>', 'names or ids')
    .option('-s, --signal <signal>', 'instead of the one of the box (SIGTERM)')
    .option('-t, --time <seconds>', 'wait that long before SIGKILL; -1 = for ever')
    .option('--timeout <seconds>', 'the same')
    .action((names: string[], flags: StopFlags) => eachBox(names, (box) => stop(box, flags)));
  return runCommand(command, args);
}

/** `keep`: the record stays also with --rm, since the box will be started again. */
export async function stop(box: KnownBox, { signal, time, timeout = time }: StopFlags, keep = false): Promise<void> {
  const { record, state } = box;
  if (!isAlive(state)) return;
  const number = signal === undefined ? (record.stopSignal ?? parseSignal('TERM')) : parseSignal(signal);
  const seconds = timeout === undefined ? undefined : Number(timeout);
  await ask(box, { op: 'stop', signal: number, timeout: seconds, keep });
}
