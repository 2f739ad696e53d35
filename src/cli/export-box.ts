// An image becomes a box file: what `wbx build` and `wbx convert` end with.
import { statSync } from 'node:fs';
import { boxBootOptions } from '../box/boot-config.ts';
import { writeBox } from '../box/box-file.ts';
import { imageOf } from '../box/image-writer.ts';
import type { ProgressSink } from '../build/progress/progress.ts';
import type { Rootfs } from '../image/rootfs.ts';
import type { Image } from '../image/store/store.ts';
import { kernelBytes } from '../runtime/node/engine.ts';
import { formatSize } from './table.ts';

/** `rootfs` is the image's, folded; `log` is told what was written. */
export function exportBox(image: Image, rootfs: Rootfs, path: string, log: ProgressSink = process.stderr): void {
  const config = image.config.config ?? {};
  writeBox(path, {
    kernel: kernelBytes(),
    image: imageOf(rootfs),
    boot: boxBootOptions(config, rootfs),
    config: Buffer.from(JSON.stringify(image.config)),
    provenance: { image: image.digest },
  });
  log.write(`wrote ${path} (${formatSize(statSync(path).size)})\n`);
}
