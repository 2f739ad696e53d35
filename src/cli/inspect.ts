// wbx inspect: what an image or a box holds, as JSON; images in the fields of `docker image inspect`.
import { statSync } from 'node:fs';
import { openFile } from '../box/open-file.ts';
import { openBox } from '../box/inspect.ts';
import { WbxError } from '../errors.ts';
import { ANNOTATION_REMOTE } from '../image/oci.ts';
import { familiarName, repositoryOf } from '../image/reference.ts';
import { type Image, isDigestName, Store } from '../image/store/store.ts';
import { keptBox } from './inspect-kept.ts';
import { newCommand, runCommand } from './command.ts';
import { formatLines } from './format.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand(
    'inspect',
    'Show everything about boxes (by name, id or file) and images (by name or digest) as JSON.',
    ['wbx inspect debian:bookworm', 'wbx inspect app.wasm', "wbx inspect --format '{{json .Config.Env}}' app"],
  )
    .argument('<thing...>', 'names, ids, digests, box files')
    .option('-f, --format <template>', 'json, or a Go template')
    .action(async (things: string[], { format }: { format?: string }) => {
      const found: object[] = [];
      for (const thing of things) found.push(await describe(thing));
      if (format === undefined) console.log(JSON.stringify(found, null, 2));
      else for (const line of formatLines(format, found)) console.log(line);
    });
  return runCommand(command, args);
}

async function describe(thing: string): Promise<object> {
  if (statSync(thing, { throwIfNoEntry: false })?.isFile()) {
    const file = openFile(thing);
    const { info, config, provenance, layout } = await openBox(file, thing);
    file.close();
    return { box: thing, ...info, imageSize: layout.size, config, provenance };
  }
  const kept = keptBox(thing);
  if (kept) return kept;
  const store = new Store();
  const image = store.find(thing);
  if (!image) throw new WbxError('NOT_FOUND', `no image and no file "${thing}"`);
  return describeImage(store, image);
}

function describeImage(store: Store, image: Image): object {
  const { digest, config, layers } = image;
  const named = [...store.names.list()].filter(([name, each]) => each.digest === digest && !isDigestName(name));
  const remote = named.flatMap(([name, { annotations }]) => {
    const known = annotations?.[ANNOTATION_REMOTE];
    return known === undefined ? [] : [`${familiarName(repositoryOf(name))}@${known}`];
  });
  const manifest = store.manifest(image);
  return {
    Id: digest,
    RepoTags: named
      .map(([name]) => name)
      .filter((name) => !name.includes('@'))
      .map(familiarName),
    RepoDigests: [...new Set(remote)],
    Created: config.created,
    Author: config.author ?? '',
    Config: config.config ?? {},
    Architecture: config.architecture,
    Os: config.os,
    Size: layers.reduce((sum, { layer }) => sum + layer.size, 0),
    RootFS: { Type: 'layers', Layers: config.rootfs.diff_ids },
    Descriptor: { mediaType: manifest.mediaType, digest, size: store.blobs.read(digest).length },
    ConfigDigest: image.configDigest,
    LayerDescriptors: layers.map(({ layer }) => layer),
  };
}
