// Errors of WASI preview 1 as Linux's. Those that file operations do not give are EIO.
import {
  EACCES,
  EBADF,
  EBUSY,
  EDQUOT,
  EEXIST,
  EFBIG,
  EINVAL,
  EIO,
  EISDIR,
  ELOOP,
  EMFILE,
  EMLINK,
  ENAMETOOLONG,
  ENFILE,
  ENOENT,
  ENOMEM,
  ENOSPC,
  ENOSYS,
  ENOTDIR,
  ENOTEMPTY,
  ENXIO,
  EOPNOTSUPP,
  EPERM,
  EROFS,
  ETXTBSY,
  EXDEV,
} from '../../abi/linux/errno.ts';

/** -errno of Linux. */
export function linux_errno(wasi: i32): i32 {
  switch (wasi) {
    case 0:
      return 0;
    case 2:
      return -EACCES;
    case 8:
      return -EBADF;
    case 10:
      return -EBUSY;
    case 19:
      return -EDQUOT;
    case 20:
      return -EEXIST;
    case 22:
      return -EFBIG;
    case 28:
      return -EINVAL;
    case 31:
      return -EISDIR;
    case 32:
      return -ELOOP;
    case 33:
      return -EMFILE;
    case 34:
      return -EMLINK;
    case 37:
      return -ENAMETOOLONG;
    case 41:
      return -ENFILE;
    case 44:
      return -ENOENT;
    case 48:
      return -ENOMEM;
    case 51:
      return -ENOSPC;
    case 52:
      return -ENOSYS;
    case 54:
      return -ENOTDIR;
    case 55:
      return -ENOTEMPTY;
    case 58:
      return -EOPNOTSUPP;
    case 60:
      return -ENXIO;
    // "Not capable": outside of what was preopened, or against its rights.
    case 63:
    case 76:
      return -EPERM;
    case 69:
      return -EROFS;
    case 74:
      return -ETXTBSY;
    case 75:
      return -EXDEV;
    default:
      return -EIO;
  }
}
