// wbx commit: an image of a box as it is now, its mounts left out.
import { changedConfig } from '../build/change-config.ts';
import { changesOfTree } from '../image/import.ts';
import type { Change } from '../image/layer/change.ts';
import type { ImageConfig } from '../image/oci.ts';
import { normalizeReference } from '../image/reference.ts';
import type { StoredLayer } from '../image/store/layers.ts';
import { Store } from '../image/store/store.ts';
import { creationTime } from '../image/time.ts';
import { Boxes, type KnownBox } from '../runtime/node/boxes/boxes.ts';
import { withAllChanges } from '../runtime/node/boxes/changes.ts';
import { baseOf } from './base-of.ts';
import { newCommand, runCommand } from './command.ts';

interface CommitFlags {
  author?: string;
  change?: string[];
  message?: string;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('commit', 'Make an image of a box as it is now; mounts are left out.', [
    'wbx commit web site:edited',
    'wbx commit -c \'CMD ["nginx", "-g", "daemon off;"]\' -m \'with our pages\' web site',
  ])
    .argument('<box>', 'name or id')
    .argument('[image]', 'name of the image')
    .option('-a, --author <name>')
    .option('-c, --change <instruction>', 'a Dockerfile instruction that edits the config', collect)
    .option('-m, --message <text>', 'the comment of the image')
    .option('-p, --pause [boolean]', 'accepted: the image is of one moment anyway')
    .action(async (name: string, image: string | undefined, flags: CommitFlags) => {
      if (image !== undefined) normalizeReference(image);
      const boxes = new Boxes();
      console.log(await commit(boxes, boxes.find(name), image, flags));
    });
  return runCommand(command, args);
}

async function commit(boxes: Boxes, box: KnownBox, name: string | undefined, flags: CommitFlags): Promise<string> {
  const store = new Store();
  const base = await baseOf(box.record);
  const below = store.find(box.record.image);
  const tree = await base.rootfs();
  return store.adding(() =>
    withAllChanges(boxes, box, tree, async (runs) => {
      // A directory or a box file is no image of the store: then all files make one layer.
      const layers = below
        ? await layersOf(store, below.layers, runs)
        : [await store.layers.write(changesOfTree(tree))];
      const created = creationTime();
      const entry = { created, created_by: box.record.command.join(' '), comment: flags.message ?? '' };
      const config: ImageConfig = {
        ...(below?.config ?? { architecture: 'amd64', os: 'linux' }),
        created,
        ...(flags.author === undefined ? {} : { author: flags.author }),
        config: changedConfig(store, base.config, flags.change ?? []),
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
        history: [...(below?.config.history ?? []), ...runsOf(layers, below?.layers).map(() => entry)],
      };
      const image = store.put(config, layers);
      await store.tag(image, name);
      return image.digest;
    }),
  );
}

async function layersOf(store: Store, below: StoredLayer[], runs: Change[][]): Promise<StoredLayer[]> {
  const layers = [...below];
  for (const changes of runs) layers.push(await store.layers.write(changes));
  return layers;
}

function runsOf(layers: StoredLayer[], below: StoredLayer[] = []): StoredLayer[] {
  return layers.slice(below.length);
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
