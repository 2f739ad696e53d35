// Ports of TCP and UDP: who has which. ip(7), socket(7) on SO_REUSEADDR.
// Invariant: every IP socket with a port is in one list, connections of a listener included, until its last close.
import { UserNamespace } from '../ns/user.ts';
import { EACCES, EADDRINUSE, EADDRNOTAVAIL, EINVAL, ENETUNREACH } from '../../abi/linux/errno.ts';
import { AF_INET6 } from '../../abi/linux/socket.ts';
import { random_bytes } from '../lib/random.ts';
import { CAP_NET_BIND_SERVICE, ns_capable } from '../task/cred.ts';
import { inet_any, inet_is_any, inet_is_loopback, inet_is_mapped } from './inet_address.ts';
import { inet_has_route, inet_is_local, inet_source0, inet_source1 } from './interface_address.ts';
import { option_is_set, REUSEADDR, REUSEPORT, V6ONLY } from './option_table.ts';
import { STATE_LISTENING, Socket } from './socket.ts';

/** net.ipv4.ip_local_port_range. */
const EPHEMERAL_FIRST: u32 = 32768;
const EPHEMERAL_COUNT: u32 = 28232;
/** net.ipv4.ip_unprivileged_port_start. */
const UNPRIVILEGED: u32 = 1024;
const BOUND: usize = memory.data(4, 4);
const CELL: usize = memory.data(4, 4);

export function inet_first_bound(): Socket {
  return changetype<Socket>(load<u32>(BOUND) as usize);
}

/** Does an address of s that says "any" stand for this one? */
export function inet_covers(s: Socket, first: u64, second: u64): bool {
  if (!inet_is_any(s.local0, s.local1)) return s.local0 == first && s.local1 == second;
  const four = inet_is_mapped(first, second);
  return s.local1 ? four : !four || !option_is_set(s, V6ONLY);
}

function add(s: Socket, port: u32): void {
  s.localPort = port;
  s.bound = 1;
  s.nextBound = inet_first_bound();
  store<u32>(BOUND, changetype<usize>(s) as u32);
}

export function inet_unbind(s: Socket): void {
  if (!s.bound) return;
  s.bound = 0;
  let link = BOUND;
  while (load<u32>(link) != (changetype<usize>(s) as u32)) {
    link = (load<u32>(link) as usize) + offsetof<Socket>('nextBound');
  }
  store<u32>(link, changetype<usize>(s.nextBound) as u32);
}

/** Binds s to an address of this box; port 0 = any free one: 0 or -errno. */
export function inet_bind(s: Socket, first: u64, second: u64, port: u32): i32 {
  if (s.family == AF_INET6 && inet_is_mapped(first, second) && option_is_set(s, V6ONLY)) return -EINVAL;
  if (!inet_is_any(first, second) && !inet_is_local(first, second)) return -EADDRNOTAVAIL;
  if (s.bound) return -EINVAL;
  if (port && port < UNPRIVILEGED && !ns_capable(changetype<UserNamespace>(s.net.owner), CAP_NET_BIND_SERVICE))
    return -EACCES;
  s.local0 = first;
  s.local1 = second;
  if (!port) return bind_ephemeral(s);
  if (in_use(s, port)) return -EADDRINUSE;
  add(s, port);
  return 0;
}

function bind_ephemeral(s: Socket): i32 {
  random_bytes(CELL, 4);
  const start = load<u32>(CELL) % EPHEMERAL_COUNT;
  for (let i: u32 = 0; i < EPHEMERAL_COUNT; i++) {
    const port = EPHEMERAL_FIRST + ((start + i) % EPHEMERAL_COUNT);
    if (taken(s, port)) continue;
    add(s, port);
    return 0;
  }
  return -EADDRINUSE;
}

/** Has anybody the port, whatever the address? */
function taken(s: Socket, port: u32): bool {
  for (let t = inet_first_bound(); !t.isNull(); t = t.nextBound) {
    if (t.localPort == port && t.type == s.type && t.net == s.net) return true;
  }
  return false;
}

/** Does another socket stand in the way of (s.local0/1, port)? */
function in_use(s: Socket, port: u32): bool {
  for (let t = inet_first_bound(); !t.isNull(); t = t.nextBound) {
    if (t.localPort != port || t.type != s.type || t.net != s.net) continue;
    if (!inet_covers(t, s.local0, s.local1) && !inet_covers(s, t.local0, t.local1)) continue;
    if (!may_share(s, t)) return true;
  }
  return false;
}

function may_share(s: Socket, t: Socket): bool {
  if (option_is_set(s, REUSEPORT) && option_is_set(t, REUSEPORT)) return true;
  return option_is_set(s, REUSEADDR) && option_is_set(t, REUSEADDR) && t.state != STATE_LISTENING;
}

/** listen(2) after SO_REUSEADDR let two sockets have the port: only one may listen. */
export function inet_may_listen(s: Socket): bool {
  for (let t = inet_first_bound(); !t.isNull(); t = t.nextBound) {
    if (t == s || t.net != s.net || t.localPort != s.localPort || t.type != s.type || t.state != STATE_LISTENING)
      continue;
    const overlap = inet_covers(t, s.local0, s.local1) || inet_covers(s, t.local0, t.local1);
    if (overlap && !(option_is_set(s, REUSEPORT) && option_is_set(t, REUSEPORT))) return false;
  }
  return true;
}

/** A port for a socket that sends or listens without bind. */
export function inet_bind_automatic(s: Socket): i32 {
  if (s.bound) return 0;
  s.local0 = 0;
  s.local1 = inet_any(s.family);
  return bind_ephemeral(s);
}

/** Is there a way to the address, seen from s? 0, -ENETUNREACH, -EADDRNOTAVAIL when lo is down. */
export function inet_reachable(s: Socket, first: u64, second: u64): i32 {
  if (!inet_has_route(first, second))
    return inet_is_loopback(first, second) && !inet_is_mapped(first, second) ? -EADDRNOTAVAIL : -ENETUNREACH;
  return s.family == AF_INET6 && option_is_set(s, V6ONLY) && inet_is_mapped(first, second) ? -ENETUNREACH : 0;
}

/** The local end of a connection to that address: 0 or -errno. */
export function inet_bind_source(s: Socket, first: u64, second: u64): i32 {
  const unreachable = inet_reachable(s, first, second);
  if (unreachable) return unreachable;
  if (s.bound && !inet_is_any(s.local0, s.local1)) {
    return inet_is_mapped(s.local0, s.local1) == inet_is_mapped(first, second) ? 0 : -EINVAL;
  }
  const error = inet_bind_automatic(s);
  if (error) return error;
  s.local0 = inet_source0(first, second);
  s.local1 = inet_source1(first, second);
  return 0;
}

/** An accepted connection shares its listener's port. */
export function inet_bind_accepted(end: Socket): void {
  add(end, end.localPort);
}
