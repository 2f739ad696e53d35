// setsockopt(2), getsockopt(2).
import { EDOM, EINVAL, ENOPROTOOPT, EOPNOTSUPP } from '../../abi/linux/errno.ts';
import { IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP } from '../../abi/linux/in.ts';
import {
  AF_INET6,
  SOL_SOCKET,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_ERROR,
  SO_LINGER,
  SO_PEERCRED,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_RCVTIMEO,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SO_SNDLOWAT,
  SO_SNDTIMEO,
  SO_TYPE,
} from '../../abi/linux/socket.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { copyin, copyout, getuser, putuser } from '../mm/usercopy.ts';
import { option_find, option_store } from '../net/option_table.ts';
import { BUFFER_DEFAULT, STATE_LISTENING, Socket, socket_of, socket_take_error } from '../net/socket.ts';
import { sockfd_get } from '../net/sockfd.ts';
import { File } from '../vfs/file.ts';
import { pid_told } from '../ns/pid.ts';
import { gid_told, NO_ID, uid_told } from '../ns/user.ts';

const VALUE: usize = memory.data(16, 8);
/** Least buffers, after doubling. */
const SNDBUF_MIN: u32 = 4608;
const RCVBUF_MIN: u32 = 2304;

/** The slot of an option that this socket has, or -errno: `strange` for a level that is not its own. */
function slot_of(s: Socket, level: i32, name: i32, strange: i32): i32 {
  if (level != SOL_SOCKET && s.isUnix()) return -EOPNOTSUPP;
  if (level == IPPROTO_TCP && !s.isStream()) return -strange;
  if (level == IPPROTO_IPV6 && s.family != AF_INET6) return -strange;
  const slot = option_find(level, name);
  if (slot < 0 && level != SOL_SOCKET && level != IPPROTO_TCP && level != IPPROTO_IP) return -strange;
  return slot < 0 ? -ENOPROTOOPT : slot;
}

export function sys_setsockopt(fd: i32, level: i32, name: i32, value: u64, len: i32): i64 {
  const file = sockfd_get(fd);
  if (IS_ERR(file)) return PTR_ERR(file);
  const s = socket_of(changetype<File>(file));
  if (len < 0) return -EINVAL;
  if (level == SOL_SOCKET && name == SO_LINGER) return set_linger(s, value, len);
  if (level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO)) return set_timeout(s, name, value, len);
  if (len < 4) return -EINVAL;
  const error = copyin(VALUE, value, 4);
  if (error) return error;
  const n = load<i32>(VALUE);
  if (level == SOL_SOCKET && set_buffer(s, name, n)) return 0;
  const slot = slot_of(s, level, name, ENOPROTOOPT);
  if (slot < 0) return slot;
  option_store(s, slot, n);
  return 0;
}

/** Linux counts its own overhead as well: twice what is asked for. */
function set_buffer(s: Socket, name: i32, n: i32): bool {
  let size = (n as u32) < BUFFER_DEFAULT ? n : (BUFFER_DEFAULT as i32);
  size *= 2;
  if (name == SO_SNDBUF || name == SO_SNDBUFFORCE) s.sndbuf = max<u32>(size, SNDBUF_MIN);
  else if (name == SO_RCVBUF || name == SO_RCVBUFFORCE) s.rcvbuf = max<u32>(size, RCVBUF_MIN);
  else return false;
  return true;
}

function set_linger(s: Socket, value: u64, len: i32): i64 {
  if (len < 8) return -EINVAL;
  const error = copyin(VALUE, value, 8);
  if (error) return error;
  s.lingerOn = load<i32>(VALUE) ? 1 : 0;
  s.lingerSeconds = load<u32>(VALUE, 4);
  return 0;
}

/** struct timeval; zero = for ever. */
function set_timeout(s: Socket, name: i32, value: u64, len: i32): i64 {
  if (len < 16) return -EINVAL;
  const error = copyin(VALUE, value, 16);
  if (error) return error;
  const usec = load<u64>(VALUE, 8);
  if (usec >= 1000000) return -EDOM;
  const sec = load<i64>(VALUE);
  // A negative time is over at once: the shortest that is not "for ever".
  const ns: u64 = sec < 0 ? 1 : sec > 1000000000 ? 0 : (sec as u64) * 1000000000 + usec * 1000;
  if (name == SO_RCVTIMEO) s.receiveTimeout = ns;
  else s.sendTimeout = ns;
  return 0;
}

export function sys_getsockopt(fd: i32, level: i32, name: i32, value: u64, lenVa: u64): i64 {
  const file = sockfd_get(fd);
  if (IS_ERR(file)) return PTR_ERR(file);
  const given = getuser<u32>(lenVa);
  if (given < 0) return given;
  if ((given as i32) < 0) return -EINVAL;
  const size = get(socket_of(changetype<File>(file)), level, name);
  if (size < 0) return size;
  const n = (given as i32) < size ? (given as i32) : size;
  const error = copyout(value, VALUE, n as usize);
  return error ? error : putuser<u32>(lenVa, n);
}

/** Puts the option to VALUE: its size or -errno. */
function get(s: Socket, level: i32, name: i32): i32 {
  store<u64>(VALUE, 0);
  if (level == SOL_SOCKET) {
    const size = get_special(s, name);
    if (size) return size;
  }
  const slot = slot_of(s, level, name, EOPNOTSUPP);
  if (slot < 0) return slot;
  store<i32>(VALUE, load<i32>(s.option(slot)));
  return 4;
}

/** What is no stored integer; 0 = not such an option. */
function get_special(s: Socket, name: i32): i32 {
  switch (name) {
    case SO_TYPE:
      return put(s.type);
    case SO_DOMAIN:
      return put(s.family);
    case SO_PROTOCOL:
      return put(s.protocol);
    case SO_ERROR:
      return put(-socket_take_error(s));
    case SO_ACCEPTCONN:
      return put(s.state == STATE_LISTENING ? 1 : 0);
    case SO_SNDBUF:
      return put(s.sndbuf);
    case SO_RCVBUF:
      return put(s.rcvbuf);
    case SO_SNDLOWAT:
      return put(1);
    case SO_LINGER:
      store<u32>(VALUE, s.lingerSeconds, 4);
      return put(s.lingerOn) + 4;
    case SO_PEERCRED:
      store<u32>(VALUE, s.peerUid == NO_ID ? NO_ID : uid_told(s.peerUid), 4);
      store<u32>(VALUE, s.peerGid == NO_ID ? NO_ID : gid_told(s.peerGid), 8);
      return put(s.peerPid ? pid_told(s.peerPid) : 0) + 8;
    case SO_RCVTIMEO:
      return put_timeout(s.receiveTimeout);
    case SO_SNDTIMEO:
      return put_timeout(s.sendTimeout);
    default:
      return 0;
  }
}

function put(n: u32): i32 {
  store<u32>(VALUE, n);
  return 4;
}

function put_timeout(ns: u64): i32 {
  store<u64>(VALUE, ns / 1000000000);
  store<u64>(VALUE, (ns % 1000000000) / 1000, 8);
  return 16;
}
