// socket(2), socketpair(2), bind(2), listen(2), accept(2), connect(2), shutdown(2), getsockname(2), getpeername(2).
import { EINVAL, ENOMEM, ENOTCONN, EOPNOTSUPP } from '../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import {
  AF_NETLINK,
  AF_UNIX,
  SOCKADDR_MAX,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_TYPE_MASK,
} from '../../abi/linux/socket.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { copyin, copyout, getuser, putuser } from '../mm/usercopy.ts';
import { accept_take } from '../net/accept.ts';
import { socket_shutdown } from '../net/close.ts';
import {
  family_bind,
  family_connect,
  family_listen,
  family_local,
  family_protocol,
  family_remote,
} from '../net/family.ts';
import { options_reset } from '../net/option_table.ts';
import { STATE_CONNECTED, STATE_LISTENING, Socket, socket_new, socket_of } from '../net/socket.ts';
import { sockfd_get, sockfd_install } from '../net/sockfd.ts';
import { unix_pair } from '../net/unix.ts';
import { socket_wait } from '../net/wait.ts';
import { fd_close } from '../vfs/fdtable.ts';
import { File } from '../vfs/file.ts';

const FDS: usize = memory.data(8, 8);
/** A sockaddr on its way in or out. */
export const ADDRESS: usize = memory.data(SOCKADDR_MAX, 8);

/** Copies a sockaddr in: 0 or -errno. */
export function address_in(to: usize, va: u64, len: u32): i32 {
  return len > (SOCKADDR_MAX as u32) ? -EINVAL : copyin(to, va, len as usize);
}

/** Copies a sockaddr out, cut to what *lenVa has room for; *lenVa becomes its full length. */
export function address_out(from: usize, len: u32, va: u64, lenVa: u64): i32 {
  const given = getuser<u32>(lenVa);
  if (given < 0) return given as i32;
  if ((given as i32) < 0) return -EINVAL;
  const error = copyout(va, from, (given as u32) < len ? (given as usize) : (len as usize));
  return error ? error : putuser<u32>(lenVa, len);
}

function make(family: i32, type: u64, protocol: i32): Socket {
  const kind = (type as i32) & SOCK_TYPE_MASK;
  const s = socket_new(family, kind, 0);
  if (s.isNull()) return s;
  s.protocol = family_protocol(family, kind, protocol);
  s.peerUid = s.peerGid = -1;
  if (family == AF_NETLINK) s.state = STATE_CONNECTED;
  options_reset(s);
  return s;
}

/** 0 or -errno for what cannot be made. */
function check(family: i32, type: u64, protocol: i32): i32 {
  if (type & ~(SOCK_TYPE_MASK | SOCK_NONBLOCK | SOCK_CLOEXEC)) return -EINVAL;
  const found = family_protocol(family, (type as i32) & SOCK_TYPE_MASK, protocol);
  return found < 0 ? found : 0;
}

export function sys_socket(family: i32, type: u64, protocol: i32): i64 {
  const error = check(family, type, protocol);
  if (error) return error;
  const s = make(family, type, protocol);
  return s.isNull() ? -ENOMEM : (sockfd_install(s, type as u32) as i64);
}

export function sys_socketpair(family: i32, type: u64, protocol: i32, fds: u64): i64 {
  const error = check(family, type, protocol);
  if (error) return error;
  if (family != AF_UNIX) return -EOPNOTSUPP;
  const a = make(family, type, protocol);
  const b = make(family, type, protocol);
  if (a.isNull() || b.isNull()) return -ENOMEM;
  unix_pair(a, b);
  const first = sockfd_install(a, type as u32);
  const second = sockfd_install(b, type as u32);
  store<i32>(FDS, first);
  store<i32>(FDS, second, 4);
  const failed = first < 0 ? first : second < 0 ? second : copyout(fds, FDS, 8);
  if (!failed) return 0;
  if (first >= 0) fd_close(first);
  if (second >= 0) fd_close(second);
  return failed;
}

export function sys_bind(fd: i32, address: u64, len: u64): i64 {
  const file = sockfd_get(fd);
  if (IS_ERR(file)) return PTR_ERR(file);
  const error = address_in(ADDRESS, address, len as u32);
  return error ? error : family_bind(socket_of(changetype<File>(file)), ADDRESS, len as u32);
}

export function sys_listen(fd: i32, backlog: i32): i64 {
  const file = sockfd_get(fd);
  return IS_ERR(file) ? PTR_ERR(file) : family_listen(socket_of(changetype<File>(file)), backlog as u32);
}

export function sys_connect(fd: i32, address: u64, len: u64): i64 {
  const p = sockfd_get(fd);
  if (IS_ERR(p)) return PTR_ERR(p);
  const error = address_in(ADDRESS, address, len as u32);
  if (error) return error;
  const file = changetype<File>(p);
  return family_connect(socket_of(file), ADDRESS, len as u32, (file.flags & O_NONBLOCK) != 0);
}

export function sys_accept(fd: i32, address: u64, lenVa: u64): i64 {
  return sys_accept4(fd, address, lenVa, 0);
}

export function sys_accept4(fd: i32, address: u64, lenVa: u64, flags: u64): i64 {
  if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) return -EINVAL;
  const p = sockfd_get(fd);
  if (IS_ERR(p)) return PTR_ERR(p);
  const file = changetype<File>(p);
  const s = socket_of(file);
  if (s.type == SOCK_DGRAM) return -EOPNOTSUPP;
  if (s.state != STATE_LISTENING) return -EINVAL;
  const end = accept_take(s);
  if (end.isNull()) return socket_wait(s.waitQueue(), (file.flags & O_NONBLOCK) != 0, s.receiveTimeout);
  const accepted = sockfd_install(end, flags as u32);
  if (accepted < 0 || !address) return accepted;
  const error = address_out(ADDRESS, family_remote(end, ADDRESS), address, lenVa);
  if (error) fd_close(accepted);
  return error ? error : accepted;
}

export function sys_shutdown(fd: i32, how: i32): i64 {
  const file = sockfd_get(fd);
  return IS_ERR(file) ? PTR_ERR(file) : socket_shutdown(socket_of(changetype<File>(file)), how);
}

export function sys_getsockname(fd: i32, address: u64, lenVa: u64): i64 {
  const file = sockfd_get(fd);
  if (IS_ERR(file)) return PTR_ERR(file);
  return address_out(ADDRESS, family_local(socket_of(changetype<File>(file)), ADDRESS), address, lenVa);
}

export function sys_getpeername(fd: i32, address: u64, lenVa: u64): i64 {
  const file = sockfd_get(fd);
  if (IS_ERR(file)) return PTR_ERR(file);
  const s = socket_of(changetype<File>(file));
  if (s.state != STATE_CONNECTED || (s.isUnix() && s.peer.isNull())) return -ENOTCONN;
  return address_out(ADDRESS, family_remote(s, ADDRESS), address, lenVa);
}
