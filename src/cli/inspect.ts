// wbx inspect: what an image or a box holds, as JSON.
import { statSync } from 'node:fs';
import { openFile } from '../box/open-file.ts';
import { openBox } from '../box/inspect.ts';
import { WbxError } from '../errors.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('inspect', 'Print the config of images (by name or digest) and boxes (by file) as JSON.', [
    'wbx inspect debian:bookworm',
    'wbx inspect app.wasm',
  ])
    .argument('<thing...>', 'image names, digests, box files')
    .action(async (things: string[]) => {
      const found: unknown[] = [];
      for (const thing of things) found.push(await describe(thing));
      console.log(JSON.stringify(found, null, 2));
    });
  return runCommand(command, args);
}

async function describe(thing: string): Promise<unknown> {
  if (statSync(thing, { throwIfNoEntry: false })?.isFile()) {
    const file = openFile(thing);
    const { info, config, provenance, layout } = await openBox(file, thing);
    file.close();
    return { box: thing, ...info, imageSize: layout.size, config, provenance };
  }
  const store = new Store();
  const image = store.find(thing);
  if (!image) throw new WbxError('NOT_FOUND', `no image and no file "${thing}"`);
  const names = [...store.names.list()].filter(([, { digest }]) => digest === image.digest).map(([name]) => name);
  return { image: image.digest, names, layers: image.layers.map(({ layer }) => layer), config: image.config };
}
