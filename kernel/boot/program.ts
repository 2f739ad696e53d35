// A program that the host brings along in the boot block: it is in no file system, so that boxes without any program can be asked
// for their files, and get an init.
import { BOOT_PROGRAM, BOOT_PROGRAM_LENGTH } from '../../abi/boot.ts';
import { O_RDWR } from '../../abi/linux/fcntl.ts';
import { S_IFREG } from '../../abi/linux/stat.ts';
import { cstr, str_len } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR } from '../lib/err.ts';
import { anon_file } from '../vfs/anon.ts';
import { DENTRY_DELETED } from '../vfs/dentry.ts';
import { FILE_REGULAR, File, file_put } from '../vfs/file.ts';
import { iter_kernel } from '../vfs/iter.ts';
import { file_write } from '../vfs/transfer.ts';
import { boot_ptr, boot_u32 } from './block.ts';

/** A file without a name that holds it, or ERR_PTR; `path` becomes what it is known as. */
export function program_file(path: usize): usize {
  const name = cstr('/dev/wbx-init');
  memory.copy(path, name, str_len(name) + 1);
  const p = anon_file(name, str_len(name), FILE_REGULAR, S_IFREG | 0o755, O_RDWR);
  if (IS_ERR(p)) return p;
  const file = changetype<File>(p);
  file.inode.nlink = 0;
  file.dentry.flags |= DENTRY_DELETED;
  const error = file_write(file, iter_kernel(boot_ptr(BOOT_PROGRAM), boot_u32(BOOT_PROGRAM_LENGTH)), 0);
  if (error >= 0) return p;
  file_put(p);
  return ERR_PTR(error as i32);
}
