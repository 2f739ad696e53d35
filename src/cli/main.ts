#!/usr/bin/env node
// The wbx command: dispatches to one file per command, loaded when it is needed.
// Exit status as Docker's: the program's own; 125 when wbx fails, 126 and 127 when the program cannot be run.
import { readFileSync } from 'node:fs';
import { systemCode, WbxError } from '../errors.ts';

/** A command's module: gets the words behind its name, answers the exit status. */
interface Command {
  main(args: string[]): Promise<number>;
}

/** In the order of the help; `status` is that of a failure, 125 where Docker has that. */
const COMMANDS: Record<string, [summary: string, load: () => Promise<Command>, status?: number]> = {
  build: ['build an image and a box from a Dockerfile', () => import('./build.ts')],
  builder: ['remove the cache of builds', () => import('./builder.ts'), 1],
  run: ['run a box, an image, or a command in a directory', () => import('./run.ts')],
  restore: ['go on with a snapshot: the same as run', () => import('./run.ts')],
  create: ['make a box without starting it', () => import('./create.ts')],
  start: ['start boxes that have ended', () => import('./start.ts'), 1],
  stop: ['end boxes', () => import('./stop.ts'), 1],
  restart: ['end boxes and start them again', () => import('./restart.ts'), 1],
  kill: ['send a signal to boxes', () => import('./kill.ts'), 1],
  pause: ['let boxes stand still', () => import('./pause.ts'), 1],
  unpause: ['let paused boxes go on', () => import('./unpause.ts'), 1],
  wait: ['wait until boxes end', () => import('./wait.ts'), 1],
  rm: ['remove boxes', () => import('./rm.ts'), 1],
  ps: ['list boxes', () => import('./ps.ts'), 1],
  exec: ['run one more program in a box', () => import('./exec.ts'), 1],
  attach: ['connect this terminal to a box', () => import('./attach.ts'), 1],
  logs: ['show what a box has printed', () => import('./logs.ts'), 1],
  stats: ['show what boxes use', () => import('./stats.ts'), 1],
  port: ['show the published ports of a box', () => import('./port.ts'), 1],
  events: ['show what happens to boxes', () => import('./events.ts'), 1],
  rename: ['give a box another name', () => import('./rename.ts'), 1],
  update: ['change the restart policy and limits of boxes', () => import('./update.ts'), 1],
  snapshot: ['save a running box', () => import('./snapshot.ts')],
  fork: ['run a twin of a running box', () => import('./fork.ts')],
  volume: ['list, make and remove volumes', () => import('./volume.ts')],
  convert: ['make a box of any image', () => import('./convert.ts'), 1],
  pull: ['download an image from a registry', () => import('./pull.ts'), 1],
  push: ['upload an image or a box to a registry', () => import('./push.ts'), 1],
  images: ['list images', () => import('./images.ts'), 1],
  tag: ['give an image one more name', () => import('./tag.ts'), 1],
  rmi: ['remove images', () => import('./rmi.ts'), 1],
  inspect: ['show everything about images and boxes', () => import('./inspect.ts'), 1],
  history: ['show how an image was made', () => import('./history.ts'), 1],
  save: ['write images to an archive', () => import('./save.ts'), 1],
  load: ['read images from an archive or a layout', () => import('./load.ts'), 1],
  export: ['write the files of an image or a box', () => import('./export.ts'), 1],
  import: ['make an image of a root file system', () => import('./import.ts'), 1],
  image: ['the commands for images, and prune', () => import('./image.ts'), 1],
  login: ['log in to a registry', () => import('./login.ts'), 1],
  logout: ['log out from a registry', () => import('./logout.ts'), 1],
};

async function main(args: string[]): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help')
    return rest.length > 0 ? main([...rest, '--help']) : help();
  if (name === '--version') return version();
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new WbxError('BAD_ARGUMENT', `"${name}" is not a command; there are ${Object.keys(COMMANDS).join(', ')}`);
  }
  const [, load] = COMMANDS[name];
  return (await load()).main(rest);
}

function help(): number {
  const lines = Object.entries(COMMANDS).map(([name, [summary]]) => `  ${name.padEnd(9)} ${summary}`);
  console.log(`Usage: wbx COMMAND ...

Turns containers of ordinary x86-64 Linux programs into WebAssembly boxes.

Commands:
${lines.join('\n')}

"wbx COMMAND --help" says more and gives examples.`);
  return 0;
}

/** package.json, relative to dist/src/cli/. */
function version(): number {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = report(error, process.argv[2] ?? '');
}
