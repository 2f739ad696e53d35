// wbx builder: the cache of builds. `prune` forgets all steps and the contents of RUN --mount=type=cache.
import { CacheMounts } from '../build/cache-mounts.ts';
import { WbxError } from '../errors.ts';
import { Store } from '../image/store/store.ts';
import { sweep } from '../image/store/sweep.ts';
import { newCommand, runCommand } from './command.ts';
import { ask } from './prompt.ts';
import { formatSize } from './table.ts';

export async function main(args: string[]): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === 'build') return (await import('./build.ts')).main(rest);
  if (name === 'prune') return prune(rest);
  if (name === '--help' || name === '-h') {
    console.log('Usage: wbx builder COMMAND ...\n\nCommands: build, prune\n\nExamples:\n  $ wbx builder prune --force');
    return 0;
  }
  throw new WbxError('BAD_ARGUMENT', `"builder ${name}" is not a command; there are build, prune`);
}

function prune(args: string[]): Promise<number> {
  const command = newCommand('builder prune', 'Remove the build cache: steps that no image holds, and cache mounts.', [
    'wbx builder prune',
    'wbx builder prune --force',
  ])
    .option('-a, --all', 'what Docker needs for this much; here it changes nothing')
    .option('-f, --force', 'do not ask')
    .action(async ({ force = false }: { force?: boolean }) => {
      if (!force && !(await confirmed())) return console.log('Total reclaimed space: 0B');
      const store = new Store();
      const mounts = new CacheMounts(store.directory).prune();
      const steps = store.steps.clear();
      const layers = await sweep(store);
      for (const { id, bytes } of mounts) console.log(`cache mount ${id}\t${formatSize(bytes)}`);
      console.log(`steps ${steps.length}, layers that no image holds\t${formatSize(layers)}`);
      const sum = mounts.reduce((total, { bytes }) => total + bytes, layers);
      console.log(`Total reclaimed space: ${formatSize(sum)}`);
    });
  return runCommand(command, args);
}

async function confirmed(): Promise<boolean> {
  const question = 'WARNING! This will remove all build cache.\nAre you sure you want to continue? [y/N] ';
  return /^y(es)?$/i.test((await ask(question))?.trim() ?? '');
}
