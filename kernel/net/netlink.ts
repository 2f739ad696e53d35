// NETLINK_ROUTE and NETLINK_SOCK_DIAG: what the C library and ip(8) ask about interfaces and addresses. netlink(7), rtnetlink(7).
// Invariant: the kernel answers at once into the queue of the socket that asks; all that can be changed is whether lo is up.
import { link_change } from './link_change.ts';
import {
  EINVAL,
  EMSGSIZE,
  ENODEV,
  ENOMEM,
  EOPNOTSUPP,
  EPERM,
  EPROTONOSUPPORT,
  ESOCKTNOSUPPORT,
} from '../../abi/linux/errno.ts';
import {
  IFLA_IFNAME,
  NETLINK_ROUTE,
  NETLINK_SOCK_DIAG,
  NLMSGHDR_SIZE,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLM_F_DUMP,
  NLM_F_MULTI,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETNEIGH,
  RTM_GETROUTE,
  RTM_GETRULE,
  SOCKADDR_NL_SIZE,
  NLM_F_ACK,
} from '../../abi/linux/netlink.ts';
import { AF_INET, AF_INET6, AF_NETLINK, AF_UNSPEC, SOCK_DGRAM, SOCK_RAW } from '../../abi/linux/socket.ts';
import { current } from '../task/task.ts';
import { Iter, iter_read } from '../vfs/iter.ts';
import { ETH_INDEX, link_address6, link_count, link_find, link_address } from './link.ts';
import { diag_check, diag_first, diag_next, diag_put } from './netlink_diag.ts';
import { netlink_put_address4, netlink_put_address6, netlink_put_link } from './netlink_link.ts';
import { netlink_put_default4, netlink_put_default6, netlink_put_network4 } from './netlink_route.ts';
import { packet_new } from './packet.ts';
import { Socket, socket_enqueue } from './socket.ts';

const REQUEST_MAX: u32 = 4096;
const ANSWER_MAX: u32 = 512;
const REQUEST: usize = memory.data(REQUEST_MAX, 8);
const ANSWER: usize = memory.data(ANSWER_MAX, 8);
/** Port ids of a process's second socket and on. */
const NEXT_PORT: usize = memory.data(4, 4);

export function netlink_protocol(type: i32, protocol: i32): i32 {
  if (type != SOCK_RAW && type != SOCK_DGRAM) return -ESOCKTNOSUPPORT;
  return protocol == NETLINK_ROUTE || protocol == NETLINK_SOCK_DIAG ? protocol : -EPROTONOSUPPORT;
}

/** The port id asked for, or any. Groups are accepted: nothing ever changes that they could tell. */
export function netlink_bind(s: Socket, address: usize, len: u32): i32 {
  if (len < (SOCKADDR_NL_SIZE as u32) || load<u16>(address) != AF_NETLINK) return -EINVAL;
  const wanted = load<u32>(address, 4);
  if (s.localPort) return !wanted || wanted == s.localPort ? 0 : -EINVAL;
  if (!wanted) return netlink_bind_automatic(s);
  s.localPort = wanted;
  return 0;
}

export function netlink_bind_automatic(s: Socket): i32 {
  if (s.localPort) return 0;
  const n = load<u32>(NEXT_PORT);
  store<u32>(NEXT_PORT, n + 1);
  s.localPort = n ? -4096 - n : (current().group.tgid as u32);
  return 0;
}

/** sockaddr_nl at `out`: its length. Port 0 is the kernel. */
export function netlink_name(out: usize, port: u32): u32 {
  memory.fill(out, 0, SOCKADDR_NL_SIZE);
  store<u16>(out, AF_NETLINK);
  store<u32>(out, port, 4);
  return SOCKADDR_NL_SIZE;
}

/** Takes requests and answers them: bytes or -errno. */
export function netlink_send(s: Socket, it: Iter): i64 {
  const size = it.left;
  if (size > (REQUEST_MAX as u64)) return -EMSGSIZE;
  memory.fill(REQUEST, 0, 64);
  const fault = iter_read(it, REQUEST, size as usize);
  if (fault) return fault;
  netlink_bind_automatic(s);
  let at: u32 = 0;
  while (at + NLMSGHDR_SIZE <= (size as u32)) {
    const header = REQUEST + (at as usize);
    const len = load<u32>(header);
    if (len < (NLMSGHDR_SIZE as u32) || len > (size as u32) - at) break;
    const error = answer(s, header);
    if (error) return error;
    at += (len + 3) & ~3;
  }
  return size as i64;
}

function answer(s: Socket, header: usize): i32 {
  const type = load<u16>(header, 4) as u32;
  if (type < 16) return 0;
  const dump = (load<u16>(header, 6) & NLM_F_DUMP) == NLM_F_DUMP;
  if (s.protocol == NETLINK_SOCK_DIAG) return dump ? send_sockets(s, header) : refuse(s, header, EOPNOTSUPP);
  if ((type & 3) != 2) return change(s, header, type);
  if (!dump && type != RTM_GETLINK) return refuse(s, header, EOPNOTSUPP);
  const family = load<u8>(header, NLMSGHDR_SIZE) as i32;
  switch (type) {
    case RTM_GETLINK:
      return send_links(s, header, dump);
    case RTM_GETADDR:
      return send_addresses(s, header, family);
    case RTM_GETROUTE:
      return send_routes(s, header, family);
    case RTM_GETNEIGH:
    case RTM_GETRULE:
      return send_done(s, header);
    default:
      return refuse(s, header, EOPNOTSUPP);
  }
}

/** Success is told when NLM_F_ACK asks for it. */
function change(s: Socket, header: usize, type: u32): i32 {
  const error = link_change(header, type, link_asked(header));
  return error || load<u16>(header, 6) & NLM_F_ACK ? refuse(s, header, error) : 0;
}

/** A request without DUMP is about one interface, by index (struct ifinfomsg) or by name. */
function send_links(s: Socket, header: usize, dump: bool): i32 {
  if (!dump) {
    const index = link_asked(header);
    return index ? send(s, header, netlink_put_link(ANSWER, index), false) : refuse(s, header, ENODEV);
  }
  for (let index: u32 = 1; index <= link_count(); index++) {
    const error = send(s, header, netlink_put_link(ANSWER, index), true);
    if (error) return error;
  }
  return send_done(s, header);
}

function link_asked(header: usize): u32 {
  const index = load<u32>(header, NLMSGHDR_SIZE + 4);
  const named =
    load<u32>(header) >= ((NLMSGHDR_SIZE + 24) as u32) && load<u16>(header, NLMSGHDR_SIZE + 18) == IFLA_IFNAME;
  if (!index && named) return link_find(header + NLMSGHDR_SIZE + 20);
  return index <= link_count() ? max<u32>(index, 1) : 0;
}

function send_addresses(s: Socket, header: usize, family: i32): i32 {
  let error = 0;
  for (let index: u32 = 1; index <= link_count() && !error; index++) {
    if (!link_address(index) || (family != AF_UNSPEC && family != AF_INET)) continue;
    error = send(s, header, netlink_put_address4(ANSWER, index), true);
  }
  for (let index: u32 = 1; index <= link_count() && !error; index++) {
    if (family != AF_UNSPEC && family != AF_INET6) continue;
    const len = netlink_put_address6(ANSWER, index);
    if (len) error = send(s, header, len, true);
  }
  return error ? error : send_done(s, header);
}

function send_routes(s: Socket, header: usize, family: i32): i32 {
  let error = 0;
  const eth = link_count() == ETH_INDEX;
  if (eth && (family == AF_UNSPEC || family == AF_INET)) {
    error = send(s, header, netlink_put_default4(ANSWER), true);
    if (!error) error = send(s, header, netlink_put_network4(ANSWER), true);
  }
  if (eth && !error && (family == AF_UNSPEC || family == AF_INET6) && link_address6(ETH_INDEX)) {
    error = send(s, header, netlink_put_default6(ANSWER), true);
  }
  return error ? error : send_done(s, header);
}

/** sock_diag(7): all sockets of a kind. */
function send_sockets(s: Socket, header: usize): i32 {
  const refused = diag_check(header);
  if (refused) return refuse(s, header, refused);
  let error = 0;
  for (let t = diag_next(diag_first(), header); !t.isNull() && !error; t = diag_next(t.nextOfAll(), header)) {
    error = send(s, header, diag_put(ANSWER, t, header), true);
  }
  return error ? error : send_done(s, header);
}

function send_done(s: Socket, header: usize): i32 {
  store<u16>(ANSWER, NLMSG_DONE, 4);
  store<u32>(ANSWER, 0, NLMSGHDR_SIZE);
  return send(s, header, NLMSGHDR_SIZE + 4, true);
}

/** struct nlmsgerr: error i32, the header of the request. */
function refuse(s: Socket, header: usize, error: i32): i32 {
  store<u16>(ANSWER, NLMSG_ERROR, 4);
  store<i32>(ANSWER, -error, NLMSGHDR_SIZE);
  memory.copy(ANSWER + NLMSGHDR_SIZE + 4, header, NLMSGHDR_SIZE);
  return send(s, header, 2 * NLMSGHDR_SIZE + 4, false);
}

/** Queues the message of `len` bytes in ANSWER as the answer to `header`: 0 or -ENOMEM. */
function send(s: Socket, header: usize, len: u32, multi: bool): i32 {
  store<u32>(ANSWER, len);
  store<u16>(ANSWER, multi ? NLM_F_MULTI : 0, 6);
  store<u32>(ANSWER, load<u32>(header, 8), 8);
  store<u32>(ANSWER, s.localPort, 12);
  return netlink_deliver(s, ANSWER, len);
}

/** Queues `len` bytes that the kernel sends: 0 or -ENOMEM. */
export function netlink_deliver(s: Socket, data: usize, len: u32): i32 {
  const p = packet_new(len, SOCKADDR_NL_SIZE);
  if (p.isNull()) return -ENOMEM;
  netlink_name(p.name(), 0);
  memory.copy(p.data(), data, len as usize);
  socket_enqueue(s, p);
  return 0;
}
