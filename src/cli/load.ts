// wbx load: images from an archive or a layout into the local store.
import { shortHex } from '../image/digest.ts';
import { loadImages } from '../image/load.ts';
import { familiarName } from '../image/reference.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';
import { withStdinFile } from './stdin-file.ts';

interface LoadFlags {
  input?: string;
  name?: string;
  quiet?: boolean;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('load', 'Load images that wbx save or another tool has saved.', [
    'docker save debian:bookworm -o debian.tar && wbx load -i debian.tar',
    'podman save app | wbx load',
    'skopeo copy docker://debian:bookworm oci:layout && wbx load layout --name debian:bookworm',
  ])
    .argument('[source]', 'a docker-archive, an OCI layout (directory or tar), a skopeo dir: (default: stdin)')
    .option('-i, --input <source>', 'the same, as Docker has it')
    .option('-n, --name <name>', 'the name for the image, in place of those it has')
    .option('-q, --quiet', 'say nothing on the way')
    .action(async (argument: string | undefined, { input, name }: LoadFlags) => {
      const store = new Store();
      const load = async (source: string): Promise<void> => print(await loadImages(store, source, name));
      const source = input ?? argument;
      await (source === undefined || source === '-' ? withStdinFile('load', load) : load(source));
    });
  return runCommand(command, args);
}

function print(loaded: Awaited<ReturnType<typeof loadImages>>): void {
  for (const [image, names] of loaded) {
    for (const name of names) console.log(`Loaded image: ${familiarName(name)}`);
    if (names.length === 0) console.log(`Loaded image ID: sha256:${shortHex(image.digest)}`);
  }
}
