// wbx convert: a box from any image in one step: of the store, of a registry, of an archive, a layout, or bare files.
import { basename } from 'node:path';
import { bringImage } from '../image/bring.ts';
import { familiarName, normalizeReference, repositoryOf } from '../image/reference.ts';
import { parsePullPolicy } from '../image/registry/ensure.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';
import { exportBox, TRAIN_HELP, TRAIN_SIZE_HELP, type TrainFlags } from './export-box.ts';
import { transferProgress } from './transfer.ts';

interface ConvertFlags extends TrainFlags {
  output?: string;
  pull: string;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('convert', 'Make a box of any image.', [
    'wbx convert debian:bookworm -o debian.wasm',
    'wbx convert docker-archive:app.tar             # what docker save wrote; writes app.wasm',
    'wbx convert oci:layout -o app.wasm',
    "wbx convert python:3 -o python.wasm --train 'python3 bench.py'  # what gets hot there is translated into the box",
    'wbx convert rootfs:/srv/rootfs -o box.wasm     # a directory or a tar of a root file system',
  ])
    .argument('<image>', 'NAME, or oci:, oci-archive:, docker-archive:, dir:, rootfs: and a path')
    .option('-o, --output <file>', 'the box (default: the last part of the name, with .wasm)')
    .option('--train <command>', TRAIN_HELP, (command, earlier: string[] = []) => [...earlier, command])
    .option('--train-size <bytes>', TRAIN_SIZE_HELP)
    .option('--pull <when>', 'ask the registry: always, missing or never', 'missing')
    .action(convert);
  return runCommand(command, args);
}

async function convert(source: string, { output, pull, ...flags }: ConvertFlags): Promise<void> {
  const store = new Store();
  const image = await bringImage(store, source, parsePullPolicy(pull), () => transferProgress(process.stderr));
  await exportBox(image, await store.rootfs(image.layers), output ?? `${lastName(source)}.wasm`, flags);
}

function lastName(source: string): string {
  const path = /^[a-z-]+:(.*)$/.exec(source)?.[1] ?? '';
  if (/^(oci|oci-archive|docker-archive|dir|rootfs):/.test(source))
    return basename(path).replace(/\.(tar|tgz|tar\.gz)$/, '');
  return basename(familiarName(repositoryOf(normalizeReference(source))));
}
