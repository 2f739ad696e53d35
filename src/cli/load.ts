// wbx load: images from an archive or a layout into the local store.
import { loadImages } from '../image/load.ts';
import { familiarName } from '../image/reference.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('load', 'Load images that another tool has saved.', [
    'docker save debian:bookworm -o debian.tar && wbx load debian.tar',
    'skopeo copy docker://debian:bookworm oci:layout && wbx load layout --name debian:bookworm',
  ])
    .argument('<source>', 'a docker-archive (docker save), or an OCI layout (directory or tar)')
    .option('-n, --name <name>', 'the name for the image, in place of those it has')
    .action(async (source: string, { name }: { name?: string }) => {
      for (const [image, names] of await loadImages(new Store(), source, name)) {
        console.log(`Loaded image: ${names.length > 0 ? names.map(familiarName).join(', ') : image.digest}`);
      }
    });
  return runCommand(command, args);
}
