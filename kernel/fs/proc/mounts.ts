// /proc/PID/mounts and mountinfo.
import { MS_NOATIME, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_RELATIME } from '../../../abi/linux/mount.ts';
import { cstr, str_len } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { dev_major, dev_minor } from '../dev/numbers.ts';
import { Task } from '../../task/task.ts';
import { dentry_path, is_reachable_from, place_path_from } from '../../vfs/file_path.ts';
import { FsCtx } from '../../vfs/fsctx.ts';
import { Mount, mounts_first } from '../../vfs/mount.ts';

const PATH: usize = memory.data(4352, 8);
const PATH_SIZE: u32 = 4300;

/** Blanks and backslashes of a path as octal escapes. */
function escaped(text: Text, s: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const c = load<u8>(s + (i as usize)) as i32;
    if (c == 0x20 || c == 9 || c == 10 || c == 0x5c) text.char(0x5c).octal(c as u64, 3);
    else text.char(c);
  }
}

/** Is the mount in the task's namespace, below its root? */
function is_seen(m: Mount, t: Task): bool {
  if (!changetype<usize>(t.ns) || !t.fsctx || m.ns != t.ns.mnt) return false;
  return is_reachable_from(changetype<FsCtx>(t.fsctx), m, m.root);
}

/** Where it is mounted, from the task's root. */
function mountpoint(m: Mount, t: Task, text: Text): void {
  const n = place_path_from(changetype<FsCtx>(t.fsctx), m, m.root, PATH, PATH_SIZE);
  if (n > 0) escaped(text, PATH, n);
}

/** What of its file system is mounted. */
function root_in_file_system(m: Mount, text: Text): void {
  const n = dentry_path(m.root, PATH, PATH_SIZE);
  if (n > 0) escaped(text, PATH, n);
}

function options(flags: u32, text: Text): void {
  text.puts(flags & MS_RDONLY ? cstr('ro') : cstr('rw'));
  if (flags & MS_NOSUID) text.puts(cstr(',nosuid'));
  if (flags & MS_NODEV) text.puts(cstr(',nodev'));
  if (flags & MS_NOEXEC) text.puts(cstr(',noexec'));
  if (flags & MS_NOATIME) text.puts(cstr(',noatime'));
  if (flags & MS_RELATIME) text.puts(cstr(',relatime'));
}

export function proc_mounts(t: Task, text: Text): void {
  for (let m = mounts_first(); !m.isNull(); m = m.next) {
    if (!is_seen(m, t)) continue;
    escaped(text, m.source, str_len(m.source));
    text.char(0x20);
    mountpoint(m, t, text);
    text.char(0x20).puts(m.sb.name).char(0x20);
    options(m.flags | m.sb.flags, text);
    text.puts(cstr(' 0 0\n'));
  }
}

export function proc_mountinfo(t: Task, text: Text): void {
  for (let m = mounts_first(); !m.isNull(); m = m.next) {
    if (!is_seen(m, t)) continue;
    const parent: u32 = m.parent.isNull() ? 1 : m.parent.id;
    text
      .udec(m.id as u64)
      .char(0x20)
      .udec(parent as u64)
      .char(0x20);
    text
      .udec(dev_major(m.sb.dev) as u64)
      .char(0x3a)
      .udec(dev_minor(m.sb.dev) as u64)
      .char(0x20);
    root_in_file_system(m, text);
    text.char(0x20);
    mountpoint(m, t, text);
    text.char(0x20);
    options(m.flags, text);
    text.puts(cstr(' - ')).puts(m.sb.name).char(0x20);
    escaped(text, m.source, str_len(m.source));
    text.puts(m.sb.flags & MS_RDONLY ? cstr(' ro\n') : cstr(' rw\n'));
  }
}
