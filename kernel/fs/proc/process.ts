// Files of /proc/PID (and /proc/PID/task/TID). proc(5).
import { cstr } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { ESRCH, ENOMEM } from '../../../abi/linux/errno.ts';
import { frames_total } from '../../mm/frame.ts';
import { mm_read } from '../../mm/remote.ts';
import { Task } from '../../task/task.ts';
import { FILE_PIDFD, FILE_SIGNALFD, File } from '../../vfs/file.ts';
import { pidfd_info } from '../pidfd.ts';
import { signalfd_info } from '../signalfd.ts';
import { id_map_show } from './id_map.ts';
import { proc_file } from './lookup.ts';
import { proc_mountinfo, proc_mounts } from './mounts.ts';
import {
  NODE_FDINFO_FILE,
  NODE_PID_AUXV,
  NODE_PID_CGROUP,
  NODE_PID_CMDLINE,
  NODE_PID_COMM,
  NODE_PID_ENVIRON,
  NODE_PID_GID_MAP,
  NODE_PID_IO,
  NODE_PID_LIMITS,
  NODE_PID_LOGINUID,
  NODE_PID_MOUNTINFO,
  NODE_PID_MOUNTS,
  NODE_PID_OOM_SCORE,
  NODE_PID_OOM_SCORE_ADJ,
  NODE_PID_SESSIONID,
  NODE_PID_SETGROUPS,
  NODE_PID_STAT,
  NODE_PID_STATM,
  NODE_PID_STATUS,
  NODE_PID_UID_MAP,
  NODE_PID_WCHAN,
} from './node.ts';
import { proc_limits } from './limits.ts';
import { proc_pid_stat, proc_pid_statm, proc_pid_status } from './status.ts';

/** Most of argv or the environment that is shown. */
const ARGS_MAX: u64 = 1 << 20;

/** Writes the text of a process's file: 0 or -errno (-EBLOCKED*). */
export function proc_process(node: u32, t: Task, fd: u32, text: Text): i32 {
  switch (node) {
    case NODE_PID_STAT:
      proc_pid_stat(t, text);
      break;
    case NODE_PID_STATUS:
      proc_pid_status(t, text);
      break;
    case NODE_PID_STATM:
      proc_pid_statm(t, text);
      break;
    case NODE_PID_CMDLINE:
      return changetype<usize>(t.mm) ? memory_range(t, t.mm.argStart, t.mm.argEnd, text) : 0;
    case NODE_PID_ENVIRON:
      return changetype<usize>(t.mm) ? memory_range(t, t.mm.envStart, t.mm.envEnd, text) : 0;
    case NODE_PID_AUXV:
      if (changetype<usize>(t.mm)) text.putn(t.mm.auxv, t.mm.auxvLen as i32);
      break;
    case NODE_PID_COMM:
      text.puts(t.comm()).char(0x0a);
      break;
    case NODE_PID_MOUNTS:
      proc_mounts(t, text);
      break;
    case NODE_PID_MOUNTINFO:
      proc_mountinfo(t, text);
      break;
    case NODE_PID_LIMITS:
      proc_limits(t.group, text);
      break;
    case NODE_FDINFO_FILE:
      return fdinfo(t, fd, text);
    default:
      small(node, t, text);
  }
  return 0;
}

/** Files of one short line. */
function small(node: u32, t: Task, text: Text): void {
  switch (node) {
    case NODE_PID_CGROUP:
      text.puts(cstr('0::/\n'));
      break;
    case NODE_PID_OOM_SCORE_ADJ:
      text.dec(t.group.oomScoreAdj).char(0x0a);
      break;
    case NODE_PID_OOM_SCORE:
      text.udec(badness(t)).char(0x0a);
      break;
    case NODE_PID_LOGINUID:
    case NODE_PID_SESSIONID:
      text.puts(cstr('4294967295'));
      break;
    case NODE_PID_UID_MAP:
    case NODE_PID_GID_MAP:
      id_map_show(t.cred.user, node == NODE_PID_GID_MAP, text);
      break;
    case NODE_PID_SETGROUPS:
      text.puts(t.cred.user.setgroupsDenied ? cstr('deny\n') : cstr('allow\n'));
      break;
    case NODE_PID_WCHAN:
      text.char(0x30);
      break;
    case NODE_PID_IO:
      text.puts(
        cstr('rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n'),
      );
      break;
  }
}

/** Thousandths of the memory in use, as oom_badness scales them around the adjustment. */
function badness(t: Task): u64 {
  if (!changetype<usize>(t.mm)) return 0;
  const share = ((t.mm.rss as u64) * 1000) / ((frames_total() as u64) + 1);
  const score = 667 + (share as i64) + ((t.group.oomScoreAdj as i64) * 2) / 3;
  return score < 0 ? 0 : (score as u64);
}

/** Copies guest memory of the process: argv or the environment. */
function memory_range(t: Task, start: u64, end: u64, text: Text): i32 {
  if (end <= start) return 0;
  const size = end - start > ARGS_MAX ? (ARGS_MAX as usize) : ((end - start) as usize);
  const buf = kmalloc(size);
  if (!buf) return -ENOMEM;
  const error = mm_read(t.mm, buf, start, size);
  if (!error) text.putn(buf, size as i32);
  kfree(buf);
  return error;
}

function fdinfo(t: Task, fd: u32, text: Text): i32 {
  const p = proc_file(t, fd as i32);
  if (!p) return -ESRCH;
  const file = changetype<File>(p);
  text
    .puts(cstr('pos:\t'))
    .udec(file.pos)
    .puts(cstr('\nflags:\t0'))
    .octal(file.flags as u64, 1);
  text
    .puts(cstr('\nmnt_id:\t'))
    .udec(file.mount.id as u64)
    .puts(cstr('\nino:\t'))
    .udec(file.inode.ino)
    .char(0x0a);
  if (file.kind == FILE_PIDFD) pidfd_info(file, text);
  else if (file.kind == FILE_SIGNALFD) signalfd_info(file, text);
  return 0;
}
