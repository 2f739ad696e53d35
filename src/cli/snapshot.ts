// wbx snapshot: saves a box that runs under a name. The process that runs it does the work; the box goes on.
import { resolve } from 'node:path';
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { newCommand, runCommand } from './command.ts';
import { ask } from './each-box.ts';
import { formatSize } from './table.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('snapshot', 'Save a running box as a box that goes on from here.', [
    'wbx run --name web app.wasm &',
    'wbx snapshot web -o warm.wasm && wbx run warm.wasm',
    'wbx snapshot web --delta -o web.delta && wbx run --base app.wasm web.delta',
  ])
    .argument('<name>', 'the name that the box was started with')
    .requiredOption('-o, --output <file>', 'write the snapshot to a file')
    .option('--delta', 'only what differs from the box it was started from')
    .action(async (name: string, { output, delta }: { output: string; delta?: boolean }) => {
      const answer = await ask(new Boxes().find(name), {
        op: 'snapshot',
        path: resolve(output),
        delta: delta === true,
      });
      process.stderr.write(`wrote ${output} (${formatSize((answer as { size: number }).size)})\n`);
    });
  return runCommand(command, args);
}
