// `wbx import`: a directory or a tar of a root file system becomes an image of one layer, as `docker import` does it.
import { statSync } from 'node:fs';
import { WbxError } from '../errors.ts';
import { OpenFile } from './files.ts';
import { rootfsFromDirectory } from './from-directory.ts';
import type { Change } from './layer/change.ts';
import type { ContainerConfig, ImageConfig } from './oci.ts';
import { normalizeReference } from './reference.ts';
import { type Inode, S_IFMT, S_IFSOCK, walk } from './rootfs.ts';
import type { StoredLayer } from './store/layers.ts';
import type { Image, Store } from './store/store.ts';
import { creationTime } from './time.ts';

/** What a container of an imported image starts with, as far as nobody has said otherwise. */
const DEFAULT_ENV = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** How an imported image differs from the bare one. */
export interface ImportOptions {
  cmd?: string[];
  /** Gives the config to have in place of the bare one. */
  change?(config: ContainerConfig): ContainerConfig;
  message?: string;
}

/** `name` may be missing: the image then has its digest only. */
export async function importImage(
  store: Store,
  source: string,
  name?: string,
  { cmd = [], change = (config) => config, message }: ImportOptions = {},
): Promise<Image> {
  if (name !== undefined) normalizeReference(name);
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat) throw new WbxError('NOT_FOUND', `cannot import ${source}: no such file or directory`);
  const container = change({ Env: DEFAULT_ENV, ...(cmd.length > 0 ? { Cmd: cmd } : {}) });
  return store.adding(async () => {
    const layer = await (stat.isDirectory()
      ? importDirectory(store, source)
      : store.layers.add(new OpenFile(source), source));
    const created = creationTime();
    const config: ImageConfig = {
      created,
      architecture: 'amd64',
      os: 'linux',
      config: container,
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
      history: [{ created, created_by: 'wbx import', comment: message ?? 'imported' }],
    };
    await store.rootfs([layer]);
    const image = store.put(config, [layer]);
    await store.tag(image, name);
    return image;
  });
}

function importDirectory(store: Store, directory: string): Promise<StoredLayer> {
  return store.layers.write(changesOfTree(rootfsFromDirectory(directory)));
}

/** A tree as the layer that makes it from nothing: later names of an inode become hard links; sockets stay out, as in tar. */
export function* changesOfTree(tree: Inode, prefix = ''): Generator<Change> {
  const first = new Map<Inode, string>();
  for (const [path, inode] of walk(tree, prefix)) {
    if ((inode.mode & S_IFMT) === S_IFSOCK) continue;
    const target = first.get(inode);
    if (target !== undefined) yield { kind: 'hardlink', path, target };
    else yield { kind: 'inode', path, inode };
    if (!inode.entries) first.set(inode, path);
  }
}
