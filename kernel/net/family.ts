// What differs between address families: creating, naming, connecting. socket(2), bind(2), connect(2).
import {
  EADDRINUSE,
  EAFNOSUPPORT,
  EINVAL,
  EISCONN,
  EOPNOTSUPP,
  EPROTONOSUPPORT,
  ESOCKTNOSUPPORT,
} from '../../abi/linux/errno.ts';
import { IPPROTO_TCP, IPPROTO_UDP } from '../../abi/linux/in.ts';
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  AF_UNSPEC,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOMAXCONN,
} from '../../abi/linux/socket.ts';
import { inet_format, inet_is_any, inet_loopback, inet_parse, inet_parsed } from './inet_address.ts';
import { inet_bind, inet_bind_automatic, inet_may_listen, inet_reachable } from './inet_port.ts';
import { netlink_bind, netlink_bind_automatic, netlink_name, netlink_protocol } from './netlink.ts';
import { STATE_CONNECTED, STATE_FRESH, STATE_LISTENING, Socket, socket_show_current } from './socket.ts';
import { tcp_connect } from './tcp.ts';
import { udp_connect, udp_disconnect } from './udp.ts';
import { unix_connect } from './unix.ts';
import { unix_bind } from './unix_name.ts';

/** The protocol that (family, type, protocol) means, or -errno. */
export function family_protocol(family: i32, type: i32, protocol: i32): i32 {
  if (family == AF_UNIX) {
    if (protocol && protocol != AF_UNIX) return -EPROTONOSUPPORT;
    return type == SOCK_STREAM || type == SOCK_DGRAM || type == SOCK_SEQPACKET ? 0 : -ESOCKTNOSUPPORT;
  }
  if (family == AF_NETLINK) return netlink_protocol(type, protocol);
  if (family != AF_INET && family != AF_INET6) return -EAFNOSUPPORT;
  const own = type == SOCK_STREAM ? IPPROTO_TCP : type == SOCK_DGRAM ? IPPROTO_UDP : 0;
  if (!own) return -ESOCKTNOSUPPORT;
  return protocol && protocol != own ? -EPROTONOSUPPORT : own;
}

export function family_bind(s: Socket, address: usize, len: u32): i32 {
  if (s.isUnix()) return unix_bind(s, address, len);
  if (s.family == AF_NETLINK) return netlink_bind(s, address, len);
  const invalid = inet_parse(s.family, address, len);
  const a = inet_parsed();
  return invalid ? invalid : inet_bind(s, a.first, a.second, a.port);
}

/** listen(2): 0 or -errno. */
export function family_listen(s: Socket, backlog: u32): i32 {
  if (s.type == SOCK_DGRAM || s.family == AF_NETLINK) return -EOPNOTSUPP;
  if (s.state != STATE_FRESH && s.state != STATE_LISTENING) return -EINVAL;
  if (s.isUnix()) {
    if (!s.nameLen) return -EINVAL;
    socket_show_current(s);
  } else {
    const error = inet_bind_automatic(s);
    if (error) return error;
    if (!inet_may_listen(s)) return -EADDRINUSE;
  }
  s.backlog = min<u32>(backlog, SOMAXCONN);
  s.state = STATE_LISTENING;
  return 0;
}

/** connect(2): 0, -errno, -EBLOCKED*. */
export function family_connect(s: Socket, address: usize, len: u32, nonblock: bool): i32 {
  if (s.isUnix()) return unix_connect(s, address, len, nonblock);
  if (len < 2) return -EINVAL;
  if (s.family == AF_NETLINK) return netlink_bind_automatic(s);
  if (load<u16>(address) == AF_UNSPEC && s.type == SOCK_DGRAM) {
    udp_disconnect(s);
    return 0;
  }
  const invalid = inet_parse(s.family, address, len);
  if (invalid) return invalid;
  if (s.isStream() && (s.state == STATE_CONNECTED || s.state == STATE_LISTENING) && !s.unasked) return -EISCONN;
  const a = inet_parsed();
  if (inet_is_any(a.first, a.second)) a.second = inet_loopback(a.first, a.second);
  const unreachable = inet_reachable(s, a.first, a.second);
  if (unreachable) return unreachable;
  if (!s.isStream()) return udp_connect(s, a.first, a.second, a.port);
  return tcp_connect(s, a.first, a.second, a.port, nonblock);
}

/** The sockaddr of the local end at `out` (SOCKADDR_MAX bytes): its length. */
export function family_local(s: Socket, out: usize): u32 {
  if (s.family == AF_NETLINK) return netlink_name(out, s.localPort);
  return s.isUnix() ? unix_name(s, out) : inet_format(s.family, out, s.local0, s.local1, s.localPort);
}

export function family_remote(s: Socket, out: usize): u32 {
  if (s.family == AF_NETLINK) return netlink_name(out, 0);
  return s.isUnix() ? unix_name(s.peer, out) : inet_format(s.family, out, s.remote0, s.remote1, s.remotePort);
}

/** A socket without a name has the family alone. */
function unix_name(s: Socket, out: usize): u32 {
  store<u16>(out, AF_UNIX);
  if (!s.nameLen) return 2;
  memory.copy(out, s.name, s.nameLen as usize);
  return s.nameLen;
}
