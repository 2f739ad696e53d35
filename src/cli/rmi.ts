// wbx rmi: removes images from the local store.
import { WbxError } from '../errors.ts';
import { removeImage } from '../image/store/remove.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('rmi', 'Remove images by name or digest, with the layers that nothing else needs.', [
    'wbx rmi debian:bookworm',
    'wbx rmi -f $(wbx images -q)',
  ])
    .argument('<image...>', 'names or digests')
    .option('-f, --force', 'a digest takes all its names with it; what is not there is no failure')
    .action((names: string[], { force }: { force?: boolean }) => remove(names, force ?? false));
  return runCommand(command, args);
}

/** Every name is tried; the first failure is the command's. */
async function remove(names: string[], force: boolean): Promise<void> {
  const store = new Store();
  const failures: WbxError[] = [];
  for (const name of names) {
    try {
      for (const line of await removeImage(store, name, force)) console.log(line);
    } catch (error) {
      if (!(error instanceof WbxError)) throw error;
      if (!force || error.code !== 'NOT_FOUND') failures.push(error);
    }
  }
  for (const { message } of failures.slice(1)) console.error(`wbx: ${message}`);
  if (failures.length > 0) throw failures[0];
}
