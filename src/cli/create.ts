// wbx create: the record of a box, to be started later.
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { parseRun } from './run.ts';
import { createBox } from './run-kept.ts';

const HELP = `Usage: wbx create [OPTION...] BOX.wasm|IMAGE [COMMAND [ARG...]]

Makes a box without starting it and prints its id. The options are those of "wbx run".

Examples:
  $ wbx create --name web -p 8080:80 nginx
  $ wbx start web
`;

export async function main(args: string[]): Promise<number> {
  const options = await parseRun(args);
  if (options.has('help')) process.stdout.write(HELP);
  else console.log(createBox(new Boxes(), options).id);
  return 0;
}
