// Seals of a memfd. fcntl(2), "File Sealing".
import { EBUSY, EINVAL, EPERM } from '../../abi/linux/errno.ts';
import { F_SEAL_SEAL, F_SEAL_WRITE } from '../../abi/linux/fcntl.ts';
import { mm_maps_writable } from '../mm/unmap.ts';
import { FILE_REGULAR, File } from './file.ts';
import { INODE_MAPPED_WRITABLE, INODE_SEALABLE } from './inode.ts';

const ALL_SEALS: u32 = 31;

export function seals_add(file: File, seals: u32): i64 {
  const inode = file.inode;
  if (file.kind != FILE_REGULAR || seals & ~ALL_SEALS) return -EINVAL;
  if (!file.writable()) return -EPERM;
  if (!(inode.flags & INODE_SEALABLE) || inode.seals & F_SEAL_SEAL) return -EPERM;
  if (seals & F_SEAL_WRITE && inode.flags & INODE_MAPPED_WRITABLE && mm_maps_writable(changetype<usize>(inode)))
    return -EBUSY;
  inode.seals |= seals as u8;
  return 0;
}

/** The seals; a memfd that does not allow sealing bears F_SEAL_SEAL, other files have none at all. */
export function seals_get(file: File): i64 {
  if (file.kind != FILE_REGULAR || file.inode.sb.image) return -EINVAL;
  return file.inode.seals;
}
