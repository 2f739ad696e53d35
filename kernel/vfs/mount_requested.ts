// The mounts that the boot block asks for (BOOT_MOUNTS), in its order: "host" (options: number of the host's root, "ro"), "tmpfs"
// (options of tmpfs(5), "ro"), "file" (content), "root" ("ro": the root file system). Under plain WASI the preopened directories follow.
// Invariant: what is mounted stays when a step must be repeated; the count of those that are done says where to go on.
import { BOOT_HOST_FLAGS, BOOT_MOUNTS, BOOT_MOUNT_COUNT } from '../../abi/boot.ts';
import { HOST_ATTACHED } from '../../abi/host.ts';
import { EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { MS_NODEV, MS_NOSUID, MS_RDONLY, MS_RELATIME } from '../../abi/linux/mount.ts';
import { S_IFDIR, S_IFREG } from '../../abi/linux/stat.ts';
import { TMPFS_MAGIC } from '../../abi/linux/statfs.ts';
import { boot_ptr, boot_u32 } from '../boot/block.ts';
import { tmpfs_new } from '../fs/boxfs/lookup.ts';
import { hostfs_new } from '../fs/hostfs/super.ts';
import { wasi_preopened } from '../io/wasi_open.ts';
import { cstr, mem_chr, mem_is, parse_dec, str_eq, str_len } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { Dentry } from './dentry.ts';
import { mount_add, mounts_first } from './mount.ts';
import { find_or_make } from './mount_boot.ts';
import { mount_file } from './mount_file.ts';
import { SuperBlock } from './super_block.ts';
import { tmpfs_options } from './tmpfs_options.ts';
import { walk_primary } from './walk.ts';

// 0 mounts done u32 | 4 super block of the next one, made already
const STATE: usize = memory.data(8, 4);
const SLASH: u8 = 0x2f;
const COMMA: u8 = 0x2c;
const FIRST_PREOPENED: u32 = 3;
const NAME_SIZE = 4096;
const NAME: usize = memory.data(4096, 4);

/** 0, -errno or -EBLOCKED* (call again). */
export function mount_requested(): i32 {
  let type = boot_ptr(BOOT_MOUNTS);
  const count = boot_u32(BOOT_MOUNT_COUNT);
  for (let i: u32 = 0; i < count; i++) {
    const target = type + (str_len(type) as usize) + 1;
    const options = target + (str_len(target) as usize) + 1;
    if (i >= load<u32>(STATE)) {
      const error = mount_one(type, target, options);
      if (error) return error;
      store<u32>(STATE, i + 1);
      store<usize>(STATE, 0, 4);
    }
    type = options + (str_len(options) as usize) + 1;
  }
  return boot_u32(BOOT_HOST_FLAGS) & HOST_ATTACHED ? 0 : mount_preopened(count);
}

/** Preopened directories of plain WASI: an absolute name says where, "." and "/" mean /host. The first `others` mounts were not of this kind. */
function mount_preopened(others: u32): i32 {
  let error = 0;
  while (!error) {
    const fd = FIRST_PREOPENED + load<u32>(STATE) - others;
    if (wasi_preopened(fd as i32, NAME + 1, NAME_SIZE - 1) < 0) return 0;
    error = mount_preopen(fd);
    if (error) continue;
    store<u32>(STATE, load<u32>(STATE) + 1);
    store<usize>(STATE, 0, 4);
  }
  return error;
}

function mount_preopen(fd: u32): i32 {
  let name = NAME + 1;
  if (load<u8>(name) == 0x2e && load<u8>(name, 1) == SLASH) name += 2;
  if (load<u8>(name) != SLASH) store<u8>(--name, SLASH);
  if (str_eq(name, cstr('/')) || str_eq(name, cstr('/.'))) name = cstr('/host');
  const made = load<usize>(STATE, 4);
  const sb = made ? made : hostfs_new(fd);
  if (IS_ERR(sb)) return PTR_ERR(sb);
  store<usize>(STATE, sb, 4);
  return attach(changetype<SuperBlock>(sb), name, MS_RELATIME | MS_NOSUID | MS_NODEV);
}

function mount_one(type: usize, target: usize, options: usize): i32 {
  const flags: u32 = says_ro(options) ? MS_RDONLY | MS_RELATIME : MS_RELATIME;
  if (str_eq(type, cstr('root'))) {
    mounts_first().flags = flags;
    return 0;
  }
  if (str_eq(type, cstr('file'))) return mount_file(target, options);
  const sb = super_for(type, options);
  if (IS_ERR(sb)) return PTR_ERR(sb);
  store<usize>(STATE, sb, 4);
  return attach(changetype<SuperBlock>(sb), target, flags | MS_NOSUID | MS_NODEV);
}

/** The file system to mount, made once. */
function super_for(type: usize, options: usize): usize {
  const made = load<usize>(STATE, 4);
  if (made) return made;
  if (str_eq(type, cstr('host'))) {
    const comma = mem_chr(options, COMMA, str_len(options));
    const root = parse_dec(options, comma < 0 ? str_len(options) : comma);
    return root < 0 ? ERR_PTR(-EINVAL) : hostfs_new(root as u32);
  }
  if (!str_eq(type, cstr('tmpfs'))) return ERR_PTR(-EINVAL);
  const sb = tmpfs_new(cstr('tmpfs'), TMPFS_MAGIC, 0o1777);
  if (IS_ERR(sb)) return sb;
  const own = says_ro(options) ? options + 3 : options;
  return tmpfs_options(changetype<SuperBlock>(sb), load<u8>(own) ? own : cstr('')) ? sb : ERR_PTR(-EINVAL);
}

/** "ro" stands first of a tmpfs's options and behind the number of a host's. */
function says_ro(options: usize): bool {
  const n = str_len(options);
  const comma = mem_chr(options, COMMA, n);
  if (mem_is(options, comma < 0 ? n : comma, cstr('ro'))) return true;
  return comma >= 0 && mem_is(options + (comma as usize) + 1, n - comma - 1, cstr('ro'));
}

/** Mounts on the absolute path `target`, made as far as it is absent. */
function attach(sb: SuperBlock, target: usize, flags: u32): i32 {
  const root = changetype<Dentry>(sb.root);
  const error = make_target(target, root.inode.isDir());
  if (error) return error;
  const w = walk_primary();
  if (w.dentry.inode.isDir() != root.inode.isDir() || w.dentry == mounts_first().root) return -EINVAL;
  const m = mount_add(sb, root, w.mount, w.dentry, flags, sb.name);
  return IS_ERR(m) ? PTR_ERR(m) : 0;
}

/** mkdir -p, with an empty file at the end for a single file. */
function make_target(target: usize, isDir: bool): i32 {
  const length = str_len(target);
  const prefix = kmalloc((length as usize) + 1);
  if (!prefix) return -ENOMEM;
  let error = 0;
  for (let i = 1; i <= length && !error; i++) {
    if (i < length && load<u8>(target + (i as usize)) != SLASH) continue;
    memory.copy(prefix, target, i as usize);
    store<u8>(prefix + (i as usize), 0);
    error = find_or_make(prefix, i == length && !isDir ? S_IFREG | 0o644 : S_IFDIR | 0o755);
  }
  kfree(prefix);
  return error;
}
