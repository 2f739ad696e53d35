// A box as an OCI image that wasm runtimes take: crun and youki (podman, CRI-O) and runwasi (containerd, Docker).
// All of them run an ordinary image whose entrypoint is a file that starts with the wasm magic; so the module is a file in a
// layer tar, and not a blob of type application/wasm, which crun does not know. Besides:
//   - platform wasi/wasm, which is what Docker's and podman's documentation has users ask for (--platform=wasi/wasm);
//   - one manifest and no index, since containerd takes a lone manifest whatever platform the node has;
//   - the annotation module.wasm.image/variant=compat, by which crun and youki know that no Linux program is in there.
import { WbxError } from '../errors.ts';
import { contentOfFile } from '../image/files.ts';
import type { ImageConfig } from '../image/oci.ts';
import { isFor, WASI_WASM } from '../image/platform.ts';
import { lookup, newInode, type Rootfs, S_IFREG } from '../image/rootfs.ts';
import type { Image, Store } from '../image/store/store.ts';
import { openFile } from './open-file.ts';
import { openBox } from './inspect.ts';
import type { ByteRange } from './source.ts';

const PATH = 'box.wasm';
const ANNOTATIONS = { 'module.wasm.image/variant': 'compat' };

/** Stores a box file as an image without a name yet; the same box gives the same image. */
export async function imageOfBox(store: Store, path: string): Promise<Image> {
  const file = openFile(path);
  const { size } = file;
  try {
    await openBox(file, path);
  } finally {
    file.close();
  }
  const inode = newInode(S_IFREG | 0o755, { content: contentOfFile(path, size) });
  const layer = await store.layers.write([{ kind: 'inode', path: PATH, inode }]);
  const config: ImageConfig = {
    ...WASI_WASM,
    config: { Entrypoint: [`/${PATH}`], WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    history: [{ created_by: 'wbx push', comment: 'a box' }],
  };
  return store.put(config, [layer], ANNOTATIONS);
}

/** The module of an image that is for wasm runtimes; undefined for an image of Linux programs. */
export function boxOf(config: ImageConfig, rootfs: Rootfs): ByteRange | undefined {
  if (!isFor(config, WASI_WASM)) return undefined;
  const [entry = ''] = [...(config.config?.Entrypoint ?? []), ...(config.config?.Cmd ?? [])];
  const content = lookup(rootfs, entry)?.content;
  if (content) return content;
  throw new WbxError('BAD_IMAGE', `the image is for wasi/wasm, and its entrypoint "${entry}" is no file`);
}
