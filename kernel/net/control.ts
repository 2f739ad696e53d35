// Control messages of AF_UNIX: SCM_RIGHTS passes open files, SCM_CREDENTIALS tells who sends. cmsg(3), unix(7).
import { EINVAL, ENOBUFS, ENOMEM, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import {
  CMSGHDR_SIZE,
  CMSG_LEVEL,
  CMSG_TYPE,
  MSG_CMSG_CLOEXEC,
  MSG_CTRUNC,
  SCM_CREDENTIALS,
  SCM_MAX_FD,
  SCM_RIGHTS,
  SOL_SOCKET,
  UCRED_SIZE,
} from '../../abi/linux/socket.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN, capable_here } from '../task/cred.ts';
import { current } from '../task/task.ts';
import { Message } from './message.ts';
import { PASSCRED, option_is_set } from './option_table.ts';
import { rights_install, rights_take } from './rights.ts';
import { Socket } from './socket.ts';
import { pid_taken, pid_told } from '../ns/pid.ts';
import { gid_taken, gid_told, NO_ID, uid_taken, uid_told } from '../ns/user.ts';

/** Most control data of one message: net.core.optmem_max. */
const CONTROL_MAX: u64 = 20480;
const HEADER: u64 = CMSGHDR_SIZE;
const OUT: usize = memory.data(CMSGHDR_SIZE + 4 * SCM_MAX_FD + 4, 8);

/** Reads the control data of a send into m: 0 or -errno. */
export function control_send(m: Message, va: u64, len: u64): i32 {
  if (!va || !len) return 0;
  if (len > CONTROL_MAX) return -ENOBUFS;
  const data = kmalloc(len as usize);
  if (!data) return -ENOMEM;
  let error = copyin(data, va, len as usize);
  if (!error) error = walk(m, data, len);
  kfree(data);
  return error;
}

function walk(m: Message, data: usize, len: u64): i32 {
  let at: u64 = 0;
  while (at + HEADER <= len) {
    const header = data + (at as usize);
    const size = load<u64>(header);
    if (size < HEADER || size > len - at) return -EINVAL;
    if (load<i32>(header, CMSG_LEVEL) == SOL_SOCKET) {
      const error = take(m, load<i32>(header, CMSG_TYPE), header + CMSGHDR_SIZE, (size as u32) - CMSGHDR_SIZE);
      if (error) return error;
    }
    at += (size + 7) & ~7;
  }
  return 0;
}

function take(m: Message, type: i32, data: usize, size: u32): i32 {
  if (type == SCM_RIGHTS) {
    if (m.rights) return -EINVAL;
    const set = size >= 4 ? rights_take(data, size / 4) : 0;
    if (IS_ERR(set)) return PTR_ERR(set);
    m.rights = set;
    return 0;
  }
  if (type != SCM_CREDENTIALS || size != UCRED_SIZE) return -EINVAL;
  m.pid = pid_taken(load<i32>(data));
  m.uid = uid_taken(load<u32>(data, 4));
  m.gid = gid_taken(load<u32>(data, 8));
  if (m.uid == NO_ID || m.gid == NO_ID) return -EINVAL;
  if (m.pid == -1) return -ESRCH;
  return may_claim(m) ? 0 : -EPERM;
}

/** Only the privileged may give somebody else's ids. */
function may_claim(m: Message): bool {
  const cred = current().cred;
  const pid = m.pid == current().group.tgid || capable_here(CAP_SYS_ADMIN);
  const uid = m.uid == cred.uid || m.uid == cred.euid || m.uid == cred.suid || capable_here(CAP_SETUID);
  const gid = m.gid == cred.gid || m.gid == cred.egid || m.gid == cred.sgid || capable_here(CAP_SETGID);
  return pid && uid && gid;
}

/** Writes the control data of a receive; what does not fit is lost (MSG_CTRUNC in m.flags). Bytes used. */
export function control_receive(s: Socket, m: Message, va: u64, len: u64, flags: u32): u64 {
  let used: u64 = 0;
  if (option_is_set(s, PASSCRED)) used = put_credentials(m, va, len);
  return m.rights ? used + put_rights(m, va + used, len - used, flags) : used;
}

function put_credentials(m: Message, va: u64, len: u64): u64 {
  store<i32>(OUT, m.pid ? pid_told(m.pid) : 0, CMSGHDR_SIZE);
  store<u32>(OUT, uid_told(m.uid), CMSGHDR_SIZE + 4);
  store<u32>(OUT, gid_told(m.gid), CMSGHDR_SIZE + 8);
  return put(m, va, len, SCM_CREDENTIALS, UCRED_SIZE);
}

function put_rights(m: Message, va: u64, len: u64, flags: u32): u64 {
  const room = va && len >= HEADER + 4 ? (len - HEADER) / 4 : 0;
  const wanted = load<u32>(m.rights);
  const most = room < (wanted as u64) ? (room as u32) : wanted;
  const n = rights_install(m.rights, OUT + CMSGHDR_SIZE, most, (flags & MSG_CMSG_CLOEXEC) != 0);
  if (n < wanted) m.flags |= MSG_CTRUNC;
  return n ? put(m, va, len, SCM_RIGHTS, n * 4) : 0;
}

/** Writes the control message in OUT with `size` bytes of data: bytes of the buffer used up. */
function put(m: Message, va: u64, len: u64, type: i32, size: u32): u64 {
  if (!va || len < HEADER) {
    m.flags |= MSG_CTRUNC;
    return 0;
  }
  let total: u64 = CMSGHDR_SIZE + (size as u64);
  if (total > len) {
    m.flags |= MSG_CTRUNC;
    total = len;
  }
  store<u64>(OUT, total);
  store<i32>(OUT, SOL_SOCKET, CMSG_LEVEL);
  store<i32>(OUT, type, CMSG_TYPE);
  if (copyout(va, OUT, total as usize)) return 0;
  const padded = (total + 7) & ~7;
  return padded < len ? padded : len;
}
