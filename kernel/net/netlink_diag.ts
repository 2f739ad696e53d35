// NETLINK_SOCK_DIAG: the sockets of the box, for ss(8). sock_diag(7).
// struct inet_diag_msg: family u8, state u8, timer u8, retrans u8, id (source and destination port in network order, addresses of 16
// bytes, interface u32, cookie u32[2]), expires u32, rqueue u32, wqueue u32, uid u32, inode u32.
// struct unix_diag_msg: family u8, type u8, state u8, pad u8, inode u32, cookie u32[2].
import { net_ns } from '../ns/net.ts';
import { EINVAL, ENOENT } from '../../abi/linux/errno.ts';
import {
  INET_DIAG_SKV6ONLY,
  NLMSGHDR_SIZE,
  SOCK_DIAG_BY_FAMILY,
  UDIAG_SHOW_ICONS,
  UDIAG_SHOW_NAME,
  UDIAG_SHOW_PEER,
  UDIAG_SHOW_RQLEN,
  UDIAG_SHOW_VFS,
  UNIX_DIAG_ICONS,
  UNIX_DIAG_NAME,
  UNIX_DIAG_PEER,
  UNIX_DIAG_RQLEN,
  UNIX_DIAG_SHUTDOWN,
  UNIX_DIAG_VFS,
} from '../../abi/linux/netlink.ts';
import { AF_INET, AF_INET6, AF_UNIX } from '../../abi/linux/socket.ts';
import { SUN_PATH } from '../../abi/linux/un.ts';
import { uid_told } from '../ns/user.ts';
import { inet_is_any } from './inet_address.ts';
import { netlink_put, netlink_put_u32 } from './netlink_link.ts';
import { option_is_set, V6ONLY } from './option_table.ts';
import { sockets_first, STATE_CONNECTED, STATE_LISTENING, Socket } from './socket.ts';
import { tcp_state, unix_state } from './socket_state.ts';

const INET_SIZE: usize = 72;
const UNIX_SIZE: usize = 16;
const CELL: usize = memory.data(16, 8);

/** Is s asked for by the request (inet_diag_req_v2 or unix_diag_req)? */
function wanted(s: Socket, request: usize): bool {
  const family = load<u8>(request) as u32;
  if (s.family != family || s.dead) return false;
  const states = load<u32>(request, 4);
  if (family == AF_UNIX) return ((states >> unix_state(s)) & 1) != 0;
  return s.bound != 0 && s.protocol == (load<u8>(request, 1) as u32) && ((states >> tcp_state(s)) & 1) != 0;
}

/** 0, or the errno of a request that cannot be answered. */
export function diag_check(header: usize): i32 {
  if (load<u16>(header, 4) != SOCK_DIAG_BY_FAMILY) return EINVAL;
  const family = load<u8>(header, NLMSGHDR_SIZE) as i32;
  return family == AF_INET || family == AF_INET6 || family == AF_UNIX ? 0 : ENOENT;
}

/** The first socket from s on that a dump tells of, or null. */
export function diag_next(s: Socket, header: usize): Socket {
  while (!s.isNull() && (s.net != net_ns() || !wanted(s, header + NLMSGHDR_SIZE))) s = s.nextOfAll();
  return s;
}

export function diag_first(): Socket {
  return sockets_first();
}

/** Fills the message about s: its length. */
export function diag_put(message: usize, s: Socket, header: usize): u32 {
  store<u16>(message, SOCK_DIAG_BY_FAMILY, 4);
  return s.isUnix() ? put_unix(message, s, load<u32>(header, NLMSGHDR_SIZE + 12)) : put_inet(message, s);
}

function put_inet(message: usize, s: Socket): u32 {
  const body = message + NLMSGHDR_SIZE;
  memory.fill(body, 0, INET_SIZE);
  store<u8>(body, s.family as u8);
  store<u8>(body, tcp_state(s) as u8, 1);
  store<u16>(body, bswap<u16>(s.localPort as u16), 4);
  store<u16>(body, bswap<u16>(s.remotePort as u16), 6);
  put_address(body + 8, s.family, s.local0, s.local1);
  if (s.remotePort) put_address(body + 24, s.family, s.remote0, s.remote1);
  store<u32>(body, changetype<usize>(s) as u32, 44);
  const listening = s.state == STATE_LISTENING;
  store<u32>(body, listening ? s.pending : s.queued, 56);
  store<u32>(body, listening ? s.backlog : s.peer.isNull() ? 0 : s.peer.queued, 60);
  store<u32>(body, uid_told(s.uid), 64);
  store<u32>(body, s.ino, 68);
  if (s.family == AF_INET || s.state == STATE_CONNECTED) return NLMSGHDR_SIZE + (INET_SIZE as u32);
  // A socket with an address of its own hears nothing of IPv4.
  store<u32>(CELL, option_is_set(s, V6ONLY) || !inet_is_any(s.local0, s.local1) ? 1 : 0);
  return (netlink_put(body + INET_SIZE, INET_DIAG_SKV6ONLY, CELL, 1) - message) as u32;
}

function put_address(at: usize, family: u32, first: u64, second: u64): void {
  if (family == AF_INET) store<u32>(at, (second >> 32) as u32);
  else {
    store<u64>(at, first);
    store<u64>(at, second, 8);
  }
}

function put_unix(message: usize, s: Socket, show: u32): u32 {
  const body = message + NLMSGHDR_SIZE;
  store<u32>(body, AF_UNIX | (s.type << 8) | (unix_state(s) << 16));
  store<u32>(body, s.ino, 4);
  store<u64>(body, changetype<usize>(s) as u64, 8);
  let at = body + UNIX_SIZE;
  if (show & UDIAG_SHOW_NAME && s.nameLen > (SUN_PATH as u32)) {
    const abstract = !load<u8>(s.name, SUN_PATH);
    at = netlink_put(at, UNIX_DIAG_NAME, s.name + SUN_PATH, s.nameLen - SUN_PATH - (abstract ? 0 : 1));
  }
  if (show & UDIAG_SHOW_VFS && changetype<usize>(s.inode)) {
    store<u32>(CELL, s.inode.ino as u32);
    store<u32>(CELL, s.inode.sb.dev, 4);
    at = netlink_put(at, UNIX_DIAG_VFS, CELL, 8);
  }
  if (show & UDIAG_SHOW_PEER && !s.peer.isNull()) at = netlink_put_u32(at, UNIX_DIAG_PEER, s.peer.ino);
  if (show & UDIAG_SHOW_ICONS && s.state == STATE_LISTENING) at = netlink_put(at, UNIX_DIAG_ICONS, CELL, 0);
  if (show & UDIAG_SHOW_RQLEN) {
    store<u32>(CELL, s.state == STATE_LISTENING ? s.pending : s.queued);
    store<u32>(CELL, s.state == STATE_LISTENING ? s.backlog : s.peer.isNull() ? 0 : s.peer.queued, 4);
    at = netlink_put(at, UNIX_DIAG_RQLEN, CELL, 8);
  }
  store<u32>(CELL, s.shut);
  return (netlink_put(at, UNIX_DIAG_SHUTDOWN, CELL, 1) - message) as u32;
}
