// Reading and writing files of /proc. The text is made at the first read and again whenever a read starts at 0.
import { EACCES, EINVAL, ENOMEM, EPERM, ESRCH } from '../../../abi/linux/errno.ts';
import { parse_dec } from '../../lib/bytes.ts';
import { Text, text_free, text_new } from '../../lib/fmt.ts';
import { UserNamespace } from '../../ns/user.ts';
import { uts_ns, uts_set } from '../../ns/uts.ts';
import { CAP_SYS_ADMIN, CAP_SYS_RESOURCE, capable, ns_capable } from '../../task/cred.ts';
import { current } from '../../task/task.ts';
import { File } from '../../vfs/file.ts';
import { Iter, iter_read, iter_skip, iter_write } from '../../vfs/iter.ts';
import { may_look } from './link.ts';
import { proc_task } from './lookup.ts';
import { id_map_write, setgroups_write } from './id_map.ts';
import { proc_mem } from './mem.ts';
import { proc_maps } from './maps.ts';
import {
  NODE_DOMAINNAME,
  NODE_HOSTNAME,
  NODE_NET_DEV,
  NODE_NET_IF_INET6,
  NODE_NET_UNIX,
  NODE_PID_AUXV,
  NODE_PID_COMM,
  NODE_PID_ENVIRON,
  NODE_PID_GID_MAP,
  NODE_PID_IO,
  NODE_PID_LOGINUID,
  NODE_PID_MAPS,
  NODE_PID_MEM,
  NODE_PID_OOM_SCORE_ADJ,
  NODE_PID_SETGROUPS,
  NODE_PID_SMAPS,
  NODE_PID_STAT,
  NODE_PID_UID_MAP,
  key_fd,
  key_node,
} from './node.ts';
import { proc_net } from './net.ts';
import { proc_process } from './process.ts';
import { proc_sysctl } from './sysctl.ts';
import { proc_system } from './system.ts';

/** What is written; an id map may have 340 lines. */
const LINE_SIZE = 4096;
const LINE: usize = memory.data(4096, 8);

/** Makes the file's text: 0 or -errno (-EBLOCKED*). */
function generate(file: File, text: Text): i32 {
  const key = file.inode.key;
  const node = key_node(key);
  if ((node >= NODE_NET_DEV && node <= NODE_NET_IF_INET6) || node >= NODE_NET_UNIX) return proc_net(node, text);
  if (node < NODE_PID_STAT) return proc_system(node, text);
  if (node >= NODE_HOSTNAME) return proc_sysctl(node, text);
  const t = proc_task(key);
  if (!changetype<usize>(t)) return -ESRCH;
  const secret = node == NODE_PID_ENVIRON || node == NODE_PID_AUXV || node == NODE_PID_IO;
  if ((secret || node == NODE_PID_MAPS || node == NODE_PID_SMAPS) && !may_look(t)) return -EACCES;
  if (node == NODE_PID_MAPS || node == NODE_PID_SMAPS) return proc_maps(t, text, node == NODE_PID_SMAPS);
  return proc_process(node, t, key_fd(key), text);
}

export function proc_read(file: File, it: Iter, pos: u64): i64 {
  if (key_node(file.inode.key) == NODE_PID_MEM) return proc_mem(file, it, pos, false);
  if (!file.data || pos == 0) {
    const fresh = text_new();
    if (!changetype<usize>(fresh)) return -ENOMEM;
    const error = generate(file, fresh);
    if (error) {
      text_free(fresh);
      return error;
    }
    if (file.data) text_free(changetype<Text>(file.data));
    file.data = changetype<usize>(fresh);
  }
  const text = changetype<Text>(file.data);
  if (pos >= (text.len as u64)) return 0;
  let n = (text.len as u64) - pos;
  if (n > it.left) n = it.left;
  const error = iter_write(it, text.ptr + (pos as usize), n as usize);
  return error ? error : (n as i64);
}

/** Takes a setting. What is shown as writable but cannot be set here is refused with EPERM. */
export function proc_write(file: File, it: Iter, pos: u64): i64 {
  if (key_node(file.inode.key) == NODE_PID_MEM) return proc_mem(file, it, pos, true);
  const n = it.left;
  const length = n < (LINE_SIZE as u64) ? (n as i32) : LINE_SIZE - 1;
  const error = iter_read(it, LINE, length as usize);
  if (error) return error;
  iter_skip(it, it.left);
  let len = length;
  while (len && load<u8>(LINE + (len as usize) - 1) <= 0x20) len--;
  store<u8>(LINE + (len as usize), 0);
  const result = set(file, len);
  return result ? result : (n as i64);
}

function set(file: File, len: i32): i32 {
  const key = file.inode.key;
  switch (key_node(key)) {
    case NODE_HOSTNAME:
    case NODE_DOMAINNAME:
      if (!ns_capable(changetype<UserNamespace>(uts_ns().owner), CAP_SYS_ADMIN)) return -EPERM;
      uts_set(key_node(key) == NODE_HOSTNAME ? uts_ns().hostname() : uts_ns().domainname(), LINE);
      return 0;
    case NODE_PID_UID_MAP:
    case NODE_PID_GID_MAP:
      return id_map_write(proc_task(key), key_node(key) == NODE_PID_GID_MAP, LINE);
    case NODE_PID_SETGROUPS:
      return setgroups_write(proc_task(key), LINE);
    case NODE_PID_COMM:
      return set_comm(key);
    case NODE_PID_OOM_SCORE_ADJ:
      return set_oom_score_adj(key, len);
    case NODE_PID_LOGINUID:
      return 0;
    default:
      return -EPERM;
  }
}

function set_comm(key: u64): i32 {
  const t = proc_task(key);
  if (!changetype<usize>(t)) return -ESRCH;
  if (t.group.tgid != current().group.tgid) return -EINVAL;
  memory.fill(t.comm(), 0, 16);
  memory.copy(t.comm(), LINE, 15);
  return 0;
}

function set_oom_score_adj(key: u64, len: i32): i32 {
  const t = proc_task(key);
  if (!changetype<usize>(t)) return -ESRCH;
  const negative = load<u8>(LINE) == 0x2d;
  const value = negative ? -parse_dec(LINE + 1, len - 1) : parse_dec(LINE, len);
  if (len == 0 || value < -1000 || value > 1000 || (!negative && value < 0)) return -EINVAL;
  if (value < t.group.oomScoreAdj && !capable(CAP_SYS_RESOURCE)) return -EACCES;
  t.group.oomScoreAdj = value;
  return 0;
}
