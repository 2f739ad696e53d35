// A box of busybox alone, with two users: made in milliseconds.
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootOptionsOf } from '../../src/box/boot-config.ts';
import { writeBox } from '../../src/box/box-file.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import { kernelBytes } from '../../src/runtime/node/engine.ts';

const APPLETS = ['cat', 'dd', 'echo', 'id', 'ls', 'nc', 'sh', 'sleep', 'true', 'wget'];

/** Makes `box.wasm` in a directory; its path. */
export function makeBusyboxBox(directory: string): string {
  const root = join(directory, 'root');
  for (const name of ['bin', 'etc', 'tmp']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const name of APPLETS) symlinkSync('busybox', join(root, 'bin', name));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\nguest:x:1001:1002::/tmp:/bin/sh\n');
  const rootfs = rootfsFromDirectory(root);
  const config = { Cmd: ['sh'], Env: ['PATH=/bin'] };
  const path = join(directory, 'box.wasm');
  writeBox(path, {
    kernel: kernelBytes(),
    image: imageOf(rootfs),
    boot: bootOptionsOf(config, rootfs),
    config: new TextEncoder().encode(JSON.stringify({ config })),
  });
  return path;
}
