#!/usr/bin/env node
// The wbx command: dispatches to one file per command. Exit status as Docker's: 125 when wbx itself fails.
import { WbxError } from '../errors.ts';

/** A command's module: gets the words behind its name, answers the exit status. */
interface Command {
  main(args: string[]): Promise<number>;
}

const COMMANDS: Record<string, () => Promise<Command>> = {
  run: () => import('./run.ts'),
};

async function main(args: string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load)
    throw new WbxError('BAD_ARGUMENT', `${name}: no such command; there are: ${Object.keys(COMMANDS).join(', ')}`);
  return (await load()).main(rest);
}

function exitStatus(code: WbxError['code']): number {
  return code === 'EXEC_NOT_FOUND' ? 127 : code === 'EXEC_FAILED' ? 126 : 125;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof WbxError)) throw error;
  console.error(`wbx: ${error.message}`);
  process.exitCode = exitStatus(error.code);
}
