// Socket options that are integers: which there are, and what they are before anybody sets them. socket(7), ip(7), tcp(7).
// Invariant: the row's index is the slot of the socket that keeps the value. The named slots are those that mean something
// here; the others are kept and told, since a network inside the box has no use for them.
import {
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_LOOP,
  IPV6_RECVERR,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  IP_BIND_ADDRESS_NO_PORT,
  IP_FREEBIND,
  IP_MTU_DISCOVER,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_RECVERR,
  IP_TOS,
  IP_TTL,
  TCP_CORK,
  TCP_DEFER_ACCEPT,
  TCP_FASTOPEN,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_LINGER2,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_QUICKACK,
  TCP_SYNCNT,
  TCP_USER_TIMEOUT,
  TCP_WINDOW_CLAMP,
} from '../../abi/linux/in.ts';
import {
  SOL_SOCKET,
  SO_BROADCAST,
  SO_DONTROUTE,
  SO_KEEPALIVE,
  SO_OOBINLINE,
  SO_PASSCRED,
  SO_PRIORITY,
  SO_RCVLOWAT,
  SO_REUSEADDR,
  SO_REUSEPORT,
} from '../../abi/linux/socket.ts';
import { OPTION_SLOTS, Socket } from './socket.ts';

export const PASSCRED = 0;
export const REUSEADDR = 1;
export const REUSEPORT = 2;
export const V6ONLY = 3;
export const OOBINLINE = 7;

/** The value is a truth. */
const FLAG = 1;
const NUMBER = 0;
const ROW = 16;

// level, name, kind, value of a new socket
// biome-ignore format: one option a line
const TABLE: usize = memory.data<i32>([
  SOL_SOCKET, SO_PASSCRED, FLAG, 0,
  SOL_SOCKET, SO_REUSEADDR, FLAG, 0,
  SOL_SOCKET, SO_REUSEPORT, FLAG, 0,
  IPPROTO_IPV6, IPV6_V6ONLY, FLAG, 0,
  SOL_SOCKET, SO_BROADCAST, FLAG, 0,
  SOL_SOCKET, SO_DONTROUTE, FLAG, 0,
  SOL_SOCKET, SO_KEEPALIVE, FLAG, 0,
  SOL_SOCKET, SO_OOBINLINE, FLAG, 0,
  SOL_SOCKET, SO_PRIORITY, NUMBER, 0,
  SOL_SOCKET, SO_RCVLOWAT, NUMBER, 1,
  IPPROTO_TCP, TCP_NODELAY, FLAG, 0,
  IPPROTO_TCP, TCP_CORK, FLAG, 0,
  IPPROTO_TCP, TCP_DEFER_ACCEPT, NUMBER, 0,
  IPPROTO_TCP, TCP_FASTOPEN, NUMBER, 0,
  IPPROTO_TCP, TCP_KEEPCNT, NUMBER, 9,
  IPPROTO_TCP, TCP_KEEPIDLE, NUMBER, 7200,
  IPPROTO_TCP, TCP_KEEPINTVL, NUMBER, 75,
  IPPROTO_TCP, TCP_LINGER2, NUMBER, 60,
  IPPROTO_TCP, TCP_MAXSEG, NUMBER, 536,
  IPPROTO_TCP, TCP_QUICKACK, FLAG, 1,
  IPPROTO_TCP, TCP_SYNCNT, NUMBER, 6,
  IPPROTO_TCP, TCP_USER_TIMEOUT, NUMBER, 0,
  IPPROTO_TCP, TCP_WINDOW_CLAMP, NUMBER, 0,
  IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, FLAG, 0,
  IPPROTO_IP, IP_FREEBIND, FLAG, 0,
  IPPROTO_IP, IP_MTU_DISCOVER, NUMBER, 1,
  IPPROTO_IP, IP_MULTICAST_LOOP, FLAG, 1,
  IPPROTO_IP, IP_MULTICAST_TTL, NUMBER, 1,
  IPPROTO_IP, IP_RECVERR, FLAG, 0,
  IPPROTO_IP, IP_TOS, NUMBER, 0,
  IPPROTO_IP, IP_TTL, NUMBER, 64,
  IPPROTO_IPV6, IPV6_MULTICAST_HOPS, NUMBER, 1,
  IPPROTO_IPV6, IPV6_MULTICAST_LOOP, FLAG, 1,
  IPPROTO_IPV6, IPV6_RECVERR, FLAG, 0,
  IPPROTO_IPV6, IPV6_TCLASS, NUMBER, 0,
  IPPROTO_IPV6, IPV6_UNICAST_HOPS, NUMBER, 64,
]);
const COUNT = 36;

/** The slot of the option, or -1. */
export function option_find(level: i32, name: i32): i32 {
  for (let i = 0; i < COUNT; i++) {
    const row = TABLE + (i as usize) * ROW;
    if (load<i32>(row) == level && load<i32>(row, 4) == name) return i;
  }
  return -1;
}

export function option_is_set(s: Socket, slot: i32): bool {
  return load<i32>(s.option(slot)) != 0;
}

export function option_store(s: Socket, slot: i32, value: i32): void {
  const flag = load<i32>(TABLE + (slot as usize) * ROW, 8) == FLAG;
  store<i32>(s.option(slot), flag ? (value != 0 ? 1 : 0) : value);
}

export function options_reset(s: Socket): void {
  for (let i = 0; i < COUNT; i++) store<i32>(s.option(i), load<i32>(TABLE + (i as usize) * ROW, 12));
}

/** An accepted connection begins with its listener's options. */
export function options_inherit(s: Socket, from: Socket): void {
  memory.copy(s.option(0), from.option(0), OPTION_SLOTS * 4);
  s.sndbuf = from.sndbuf;
  s.rcvbuf = from.rcvbuf;
  s.receiveTimeout = from.receiveTimeout;
  s.sendTimeout = from.sendTimeout;
  s.lingerOn = from.lingerOn;
  s.lingerSeconds = from.lingerSeconds;
}
