// The wbx command: dispatches to one file per command, loaded when it is needed.
// Exit status as Docker's: the program's own; 125 when wbx fails, 126 and 127 when the program cannot be run.
import { readFileSync } from 'node:fs';
import { systemCode, WbxError } from '../errors.ts';
import { packageFile } from '../runtime/node/package-file.ts';
import { COMMANDS } from './commands.ts';

/** Sets the exit status of this process when the command is done. */
export async function wbx(args: string[]): Promise<void> {
  try {
    process.exitCode = await dispatch(args);
  } catch (error) {
    process.exitCode = report(error, args[0] ?? '');
  }
}

async function dispatch(args: string[]): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help')
    return rest.length > 0 ? dispatch([...rest, '--help']) : help();
  if (name === '--version') return version();
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new WbxError('BAD_ARGUMENT', `"${name}" is not a command; there are ${Object.keys(COMMANDS).join(', ')}`);
  }
  const [, load] = COMMANDS[name];
  return (await load()).main(rest);
}

function help(): number {
  const lines = Object.entries(COMMANDS).map(([name, [summary]]) => `  ${name.padEnd(10)} ${summary}`);
  console.log(`Usage: wbx COMMAND ...

Turns containers of ordinary x86-64 Linux programs into WebAssembly boxes.

Commands:
${lines.join('\n')}

"wbx COMMAND --help" says more and gives examples.`);
  return 0;
}

function version(): number {
  const text = readFileSync(packageFile('package.json'), 'utf8');
  console.log(`wbx ${(JSON.parse(text) as { version: string }).version}`);
  return 0;
}

const STATUS: Partial<Record<WbxError['code'], number>> = { EXEC_NOT_FOUND: 127, EXEC_FAILED: 126, RUN_FAILED: 1 };

/** One sentence for a failure that has a reason; anything else is a bug of ours and shows where it happened. */
function report(error: unknown, name: string): number {
  const known = error instanceof WbxError ? error.code !== 'PANIC' : systemCode(error) !== undefined;
  if (!known) console.error(error);
  const sentence = known
    ? printable((error as Error).message)
    : 'this is a bug of wbx; please report it with the lines above';
  console.error(`wbx: ${sentence}`);
  const own = Object.hasOwn(COMMANDS, name) && !isUsage(error) ? (COMMANDS[name][2] ?? 125) : 125;
  return error instanceof WbxError ? (STATUS[error.code] ?? own) : own;
}

/** A sentence may quote what a registry or an archive says: a terminal must not obey it. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '?');
}

/** An option that does not exist is 125 for every command of Docker's; too few words are an ordinary failure. */
function isUsage(error: unknown): boolean {
  return systemCode((error as Error).cause)?.startsWith('commander.unknown') ?? false;
}
