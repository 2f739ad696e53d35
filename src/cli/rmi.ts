// wbx rmi: removes images from the local store.
import { removeImage } from '../image/store/remove.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('rmi', 'Remove images by name or digest, with the layers that nothing else needs.', [
    'wbx rmi debian:bookworm',
    'wbx rmi $(wbx images -q)',
  ])
    .argument('<image...>', 'names or digests')
    .action(async (names: string[]) => {
      const store = new Store();
      for (const name of names) for (const line of await removeImage(store, name)) console.log(line);
    });
  return runCommand(command, args);
}
