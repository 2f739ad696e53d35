// A root file system with a static busybox and its names, for tests of what surrounds a program.
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

export const BUSYBOX_ROOTFS = 'build/test/busybox';

const NAMES = ['cat', 'echo', 'head', 'kill', 'ls', 'seq', 'sh', 'sleep', 'stty', 'tail', 'true', 'tty', 'yes'];

/** Makes the directory; what tests left in it is gone. */
export function makeBusyboxRootfs(): void {
  rmSync(BUSYBOX_ROOTFS, { recursive: true, force: true });
  for (const directory of ['bin', 'dev', 'etc', 'proc', 'tmp']) {
    mkdirSync(`${BUSYBOX_ROOTFS}/${directory}`, { recursive: true });
  }
  copyFileSync('/bin/busybox', `${BUSYBOX_ROOTFS}/bin/busybox`);
  for (const name of NAMES) symlinkSync('busybox', `${BUSYBOX_ROOTFS}/bin/${name}`);
  writeFileSync(`${BUSYBOX_ROOTFS}/etc/text`, 'not a program\n');
}
