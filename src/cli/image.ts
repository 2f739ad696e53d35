// wbx image: Docker's other spelling of the commands for images, and `prune`, which has this spelling only.
import { WbxError } from '../errors.ts';
import { pruneImages } from '../image/store/prune.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';
import { ask } from './prompt.ts';
import { formatSize } from './table.ts';

type Main = (args: string[]) => Promise<number>;

const COMMANDS: Record<string, () => Promise<{ main: Main }>> = {
  build: () => import('./build.ts'),
  history: () => import('./history.ts'),
  import: () => import('./import.ts'),
  inspect: () => import('./inspect.ts'),
  load: () => import('./load.ts'),
  ls: () => import('./images.ts'),
  prune: async () => ({ main: prune }),
  pull: () => import('./pull.ts'),
  push: () => import('./push.ts'),
  rm: () => import('./rmi.ts'),
  save: () => import('./save.ts'),
  tag: () => import('./tag.ts'),
};

export async function main(args: string[]): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h') {
    console.log(
      `Usage: wbx image COMMAND ...\n\nCommands: ${Object.keys(COMMANDS).join(', ')}\n\nExamples:\n  $ wbx image ls\n  $ wbx image prune --all --force`,
    );
    return 0;
  }
  if (Object.hasOwn(COMMANDS, name)) return (await COMMANDS[name]()).main(rest);
  throw new WbxError('BAD_ARGUMENT', `"image ${name}" is not a command; there are ${Object.keys(COMMANDS).join(', ')}`);
}

interface PruneFlags {
  all?: boolean;
  force?: boolean;
}

function prune(args: string[]): Promise<number> {
  const command = newCommand('image prune', 'Remove images without a name, and what pulls and builds have left over.', [
    'wbx image prune',
    'wbx image prune --all --force        # every image',
  ])
    .option('-a, --all', 'images with a name too')
    .option('-f, --force', 'do not ask')
    .action(async ({ all = false, force = false }: PruneFlags) => {
      if (!force && !(await confirmed(all))) return console.log('Total reclaimed space: 0B');
      const { removed, freed } = await pruneImages(new Store(), all);
      if (removed.length > 0) console.log(`Deleted Images:\n${removed.join('\n')}\n`);
      console.log(`Total reclaimed space: ${formatSize(freed)}`);
    });
  return runCommand(command, args);
}

async function confirmed(all: boolean): Promise<boolean> {
  const what = all ? 'all images' : 'all images without a name';
  const answer = await ask(`WARNING! This will remove ${what}.\nAre you sure you want to continue? [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}
