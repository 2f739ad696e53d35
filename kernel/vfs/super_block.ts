// A mounted file system instance: what all inodes of one st_dev share.
import { cstr } from '../lib/bytes.ts';
import { PidNamespace, pid_ns_first, pid_ns_put } from '../ns/pid.ts';
import { UserNamespace, user_ns_put } from '../ns/user.ts';
import { kmalloc } from '../lib/slab.ts';
import { Dentry, dentry_put } from './dentry.ts';

// 0 dev u32 | 4 magic u32 | 8 flags u32 (MS_RDONLY) | 12 name ptr | 16 lastIno u64 | 24 inodes u32 | 28 pages u32
// 32 pageLimit u32 (0 = none) | 36 image u32 | 40 imageInodes ptr | 44 root ptr (Dentry) | 48 mounts u32 | 52 hostRoot u32 | 56 pidNs ptr | 60 user ptr
@unmanaged
export class SuperBlock {
  dev: u32;
  magic: u32;
  flags: u32;
  /** Type as /proc/mounts shows it, NUL-terminated static. */
  name: usize;
  lastIno: u64;
  /** Inodes in memory, and frames that hold content which is nowhere else. */
  inodes: u32;
  pages: u32;
  pageLimit: u32;
  /** 1: the image lies behind it. */
  image: u32;
  /** Inode ptr per inode number of the image. */
  imageInodes: usize;
  root: usize;
  mounts: u32;
  /** hostfs: number of the root on the host. */
  hostRoot: u32;
  /** proc: the PidNamespace it shows, referenced. */
  pidNs: usize;
  /** tmpfs: the UserNamespace of who mounted it, referenced; 0 = the first one. */
  user: usize;
}

@unmanaged
class DevNumbers {
  last: u32;
  anon: SuperBlock;
}
const DEV: usize = memory.data(8, 8);
/** Minor numbers of file systems without a device start here, clear of those that programs expect of /proc and /sys. */
const FIRST_DEV = 20;

/** A super block with its own st_dev, or null. */
export function super_new(name: usize, magic: u32): SuperBlock {
  const numbers = changetype<DevNumbers>(DEV);
  const sb = changetype<SuperBlock>(kmalloc(offsetof<SuperBlock>()));
  if (!changetype<usize>(sb)) return sb;
  sb.dev = FIRST_DEV + numbers.last++;
  sb.name = name;
  sb.magic = magic;
  return sb;
}

/** The one that pipes, eventfds and the like belong to; null = no memory. */
export function super_anon(): SuperBlock {
  const numbers = changetype<DevNumbers>(DEV);
  if (!changetype<usize>(numbers.anon)) numbers.anon = super_new(cstr('anon_inodefs'), 0x09041934);
  return numbers.anon;
}

/** Its last mount is gone: what nobody holds open ends with it. The record stays for inodes that are still in use. */
export function super_unused(sb: SuperBlock): void {
  dentry_put(changetype<Dentry>(sb.root));
  if (sb.user) user_ns_put(changetype<UserNamespace>(sb.user));
  sb.user = 0;
  if (!sb.pidNs) return;
  pid_ns_put(changetype<PidNamespace>(sb.pidNs));
  sb.pidNs = changetype<usize>(pid_ns_first());
  pid_ns_first().refs++;
}
