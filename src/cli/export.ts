// wbx export: the files of an image or of a box, all layers folded, as a tar or a directory's worth of one.
import { statSync } from 'node:fs';
import { imageFromChunks, rootfsOfImage } from '../box/image-reader.ts';
import { openBox } from '../box/inspect.ts';
import { openFile } from '../box/open-file.ts';
import { changesOfTree } from '../image/import.ts';
import { writeLayer } from '../image/layer/tar.ts';
import type { Rootfs } from '../image/rootfs.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';
import { writeOutput } from './output.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('export', 'Write the root file system of an image or a box as a tar.', [
    'wbx export -o rootfs.tar debian:bookworm',
    'wbx export app.wasm | tar -tv',
  ])
    .argument('<image|box.wasm>')
    .option('-o, --output <file>', 'the tar (default: stdout)')
    .action(async (name: string, { output }: { output?: string }) => {
      const tree = await treeOf(name);
      writeOutput(output, '-o', (write) => writeLayer(changesOfTree(tree), write));
    });
  return runCommand(command, args);
}

async function treeOf(name: string): Promise<Rootfs> {
  if (statSync(name, { throwIfNoEntry: false })?.isFile()) {
    const { layout, image } = await openBox(openFile(name), name);
    return rootfsOfImage(imageFromChunks(layout, image));
  }
  const store = new Store();
  return store.rootfs(store.get(name).layers);
}
