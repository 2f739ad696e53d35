// wbx tag: one more name for an image.
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('tag', 'Give an image one more name.', [
    'wbx tag app:latest registry.example/team/app:1.0',
    'wbx tag 0e5574283393 app:stable',
  ])
    .argument('<source>', 'name or digest of an image of the local store')
    .argument('<target>', 'the new name')
    .action(async (source: string, target: string) => {
      const store = new Store();
      await store.tag(store.get(source), target);
    });
  return runCommand(command, args);
}
