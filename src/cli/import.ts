// wbx import: a root file system, directory or tar, becomes an image.
import { changedConfig } from '../build/change-config.ts';
import { importImage } from '../image/import.ts';
import type { ContainerConfig } from '../image/oci.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';
import { withStdinFile } from './stdin-file.ts';

interface ImportFlags {
  change?: string[];
  cmd?: string[];
  message?: string;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('import', 'Make an image of a root file system.', [
    'wbx import rootfs/ debian:bookworm',
    "wbx import -c 'CMD [\"/bin/sh\"]' -c 'ENV LANG=C.UTF-8' alpine-minirootfs.tar.gz alpine",
    'wbx export app.wasm | wbx import - app:files',
  ])
    .argument('<source>', 'a directory, a tar archive (plain, gzip, zstd), or - for stdin')
    .argument('[name]', 'the name of the image, such as debian:bookworm')
    .option('-c, --change <instruction>', 'a Dockerfile instruction that edits the config', collect)
    .option('--cmd <words...>', 'the command of the image')
    .option('-m, --message <text>', 'the comment of the image')
    .action(async (source: string, name: string | undefined, flags: ImportFlags) => {
      const make = (path: string): Promise<void> => importOne(path, name, flags);
      await (source === '-' ? withStdinFile('import', make) : make(source));
    });
  return runCommand(command, args);
}

async function importOne(source: string, name: string | undefined, flags: ImportFlags): Promise<void> {
  const store = new Store();
  const change = (config: ContainerConfig): ContainerConfig => changedConfig(store, config, flags.change ?? []);
  const { digest } = await importImage(store, source, name, { cmd: flags.cmd, message: flags.message, change });
  console.log(digest);
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
