// wbx images: what the local store holds.
import { hexOf } from '../image/digest.ts';
import { familiarName, parseReference } from '../image/reference.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';
import { formatSize, formatTable } from './table.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('images', 'List the images of the local store.', ['wbx images', 'wbx images --quiet'])
    .option('-q, --quiet', 'digests only')
    .action(({ quiet }: { quiet?: boolean }) => {
      const store = new Store();
      const rows = [...store.names.list()].map(([name, { digest }]) =>
        describe(store, name, hexOf(digest).slice(0, 12)),
      );
      const lines = quiet
        ? rows.map((row) => row[2])
        : formatTable(['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'], rows);
      for (const line of lines) console.log(line);
    });
  return runCommand(command, args);
}

function describe(store: Store, name: string, id: string): string[] {
  const { repository, tag } = parseReference(name);
  const image = store.get(name);
  const size = image.layers.reduce((sum, { layer }) => sum + layer.size, 0);
  return [familiarName(repository), tag ?? '<none>', id, image.config.created ?? '', formatSize(size)];
}
