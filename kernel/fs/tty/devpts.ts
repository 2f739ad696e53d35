// /dev/pts: a tmpfs with one character device a terminal, and ptmx. pts(4).
import { S_IFCHR } from '../../../abi/linux/stat.ts';
import { cstr, put_dec } from '../../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { Mount } from '../../vfs/mount.ts';
import { box_lookup } from '../boxfs/lookup.ts';
import { box_make, box_remove } from '../boxfs/names.ts';
import { DEV_PTMX, PTS_MAJOR, makedev } from '../dev/numbers.ts';
import { Tty } from './tty.ts';

/** The mount, and a slot per terminal. */
const DEVPTS: usize = memory.data(4, 4);
export const MAX_PTS: u32 = 256;
const TERMINALS: usize = memory.data(1024, 4);
const NAME: usize = memory.data(16, 8);

/** The file system is mounted: ptmx appears. 0 or -errno. */
export function devpts_mounted(m: Mount): i32 {
  store<u32>(DEVPTS, changetype<usize>(m) as u32);
  const d = box_make(m.root, cstr('ptmx'), 4, S_IFCHR | 0o666, DEV_PTMX);
  return IS_ERR(d) ? PTR_ERR(d) : 0;
}

export function devpts_mount(): Mount {
  return changetype<Mount>(load<u32>(DEVPTS) as usize);
}

/** The terminal /dev/pts/index, or null. */
export function devpts_find(index: u32): Tty {
  return changetype<Tty>(index < MAX_PTS ? (load<u32>(TERMINALS + (index as usize) * 4) as usize) : 0);
}

/** The lowest free number, MAX_PTS = none. */
export function devpts_free_index(): u32 {
  let i: u32 = 0;
  while (i < MAX_PTS && changetype<usize>(devpts_find(i))) i++;
  return i;
}

/** Makes /dev/pts/N for a terminal, owned by the current task: Dentry ptr or ERR_PTR. */
export function devpts_add(tty: Tty): usize {
  const d = box_make(
    devpts_mount().root,
    NAME,
    put_dec(NAME, tty.index as u64),
    S_IFCHR | 0o620,
    makedev(PTS_MAJOR, tty.index),
  );
  if (IS_ERR(d)) return d;
  changetype<Dentry>(d).inode.gid = 5; // group tty of Debian and most others
  store<u32>(TERMINALS + (tty.index as usize) * 4, changetype<usize>(tty) as u32);
  return d;
}

/** The name of a terminal that is going away. */
export function devpts_remove(tty: Tty): void {
  store<u32>(TERMINALS + (tty.index as usize) * 4, 0);
  const d = box_lookup(devpts_mount().root, NAME, put_dec(NAME, tty.index as u64));
  if (!IS_ERR(d)) box_remove(changetype<Dentry>(d));
}
