// A box of Python alone, out of the software that the tests have: small enough to be linked in seconds.
import { bootOptionsOf } from '../../src/box/boot-config.ts';
import { writeBox } from '../../src/box/box-file.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import type { Inode, Rootfs } from '../../src/image/rootfs.ts';
import { kernelBytes } from '../../src/runtime/node/engine.ts';

const SOFTWARE = 'build/software';
/** What Python and a shell need not. */
const LEFT_OUT =
  /^\/(usr\/share|usr\/include|var|boot|usr\/lib\/gcc|usr\/libexec|usr\/lib\/git-core|usr\/lib\/x86_64-linux-gnu\/perl.*)$/;

/** `leftOut`: other directories than what Python and a shell need not; `config` of the image. */
export function makePythonBox(
  path: string,
  { leftOut = LEFT_OUT, config = { Cmd: ['python3'], WorkingDir: '/' } as object } = {},
): void {
  const rootfs = rootfsFromDirectory(SOFTWARE);
  prune(rootfs, '', leftOut);
  writeBox(path, {
    kernel: kernelBytes(),
    image: imageOf(rootfs),
    boot: bootOptionsOf(config, rootfs),
    config: new TextEncoder().encode(JSON.stringify({ config })),
  });
}

function prune(directory: Rootfs | Inode, path: string, leftOut: RegExp): void {
  for (const [name, inode] of directory.entries ?? []) {
    const place = `${path}/${name}`;
    if (leftOut.test(place)) directory.entries!.delete(name);
    else if (inode.entries) prune(inode, place, leftOut);
  }
}
