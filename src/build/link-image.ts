// An image becomes a box file: what building and converting end with.
import { boxBootOptions } from '../box/boot-config.ts';
import { writeBox } from '../box/box-file.ts';
import { imageOf } from '../box/image-writer.ts';
import type { LinkInput } from '../box/link.ts';
import type { Rootfs } from '../image/rootfs.ts';
import type { Image } from '../image/store/store.ts';
import { kernelBytes } from '../runtime/node/engine.ts';
import { withWasmLoader } from '../runtime/node/wasm-loader.ts';

/** `rootfs` is the image's, folded; `bake`: code translated ahead of time, by the commands `train`. */
export function linkImage(
  image: Image,
  rootfs: Rootfs,
  path: string,
  { train, bake }: { train?: string[]; bake?: LinkInput['bake'] } = {},
): void {
  writeBox(path, {
    kernel: kernelBytes(),
    image: imageOf(withWasmLoader(rootfs, image.config.config)),
    boot: boxBootOptions(image.config.config ?? {}, rootfs),
    config: new TextEncoder().encode(JSON.stringify(image.config)),
    provenance: { image: image.digest, ...(train && { train }) },
    bake,
  });
}
