// wbx import: a root file system, directory or tar, becomes an image.
import { importImage } from '../image/import.ts';
import { familiarName, normalizeReference } from '../image/reference.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('import', 'Make an image of a root file system.', [
    'wbx import rootfs/ debian:bookworm',
    'wbx import alpine-minirootfs.tar.gz alpine --cmd /bin/sh',
  ])
    .argument('<source>', 'a directory, or a tar archive (plain, gzip, zstd)')
    .argument('<name>', 'the name of the image, such as debian:bookworm')
    .option('--cmd <words...>', 'the command of the image')
    .action(async (source: string, name: string, { cmd }: { cmd?: string[] }) => {
      const image = await importImage(new Store(), source, name, { cmd });
      console.log(`${familiarName(normalizeReference(name))} ${image.digest}`);
    });
  return runCommand(command, args);
}
