// The interface lo and its two addresses as netlink messages: header (filled in by netlink.ts), body, attributes.
// rtnetlink(7). An attribute: len u16, type u16, data, padded to 4 bytes.
import {
  ARPHRD_LOOPBACK,
  IFA_ADDRESS,
  IFA_CACHEINFO,
  IFA_FLAGS,
  IFA_F_PERMANENT,
  IFA_LABEL,
  IFA_LOCAL,
  IFF_LOWER_UP,
  IFLA_ADDRESS,
  IFLA_BROADCAST,
  IFLA_IFNAME,
  IFLA_MTU,
  IFLA_OPERSTATE,
  IFLA_QDISC,
  IFLA_TXQLEN,
  LO_FLAGS,
  LO_INDEX,
  LO_MTU,
  LO_TXQLEN,
  NLMSGHDR_SIZE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RT_SCOPE_HOST,
} from '../../abi/linux/netlink.ts';
import { AF_INET, AF_INET6 } from '../../abi/linux/socket.ts';
import { cstr } from '../lib/bytes.ts';

const CELL: usize = memory.data(16, 8);

/** Adds an attribute behind `at`: where the next one goes. */
function put(at: usize, type: u32, data: usize, size: u32): usize {
  store<u16>(at, (size + 4) as u16);
  store<u16>(at, type as u16, 2);
  if (size & 3) store<u32>(at + 4 + ((size & ~3) as usize), 0);
  memory.copy(at + 4, data, size as usize);
  return at + 4 + (((size + 3) & ~3) as usize);
}

function put_u32(at: usize, type: u32, value: u32): usize {
  store<u32>(CELL, value);
  return put(at, type, CELL, 4);
}

/** Length of the message. */
export function netlink_put_link(message: usize): u32 {
  store<u16>(message, RTM_NEWLINK, 4);
  // struct ifinfomsg: family u8, type u16, index i32, flags u32, change u32
  const body = message + NLMSGHDR_SIZE;
  store<u16>(body, 0);
  store<u16>(body, ARPHRD_LOOPBACK, 2);
  store<u32>(body, LO_INDEX, 4);
  store<u32>(body, LO_FLAGS | IFF_LOWER_UP, 8);
  store<u32>(body, 0, 12);
  let at = put(body + 16, IFLA_IFNAME, cstr('lo'), 3);
  at = put_u32(at, IFLA_TXQLEN, LO_TXQLEN);
  at = put_u32(at, IFLA_MTU, LO_MTU);
  at = put(at, IFLA_QDISC, cstr('noqueue'), 8);
  store<u64>(CELL, 0);
  at = put(at, IFLA_OPERSTATE, CELL, 1);
  at = put(at, IFLA_ADDRESS, CELL, 6);
  at = put(at, IFLA_BROADCAST, CELL, 6);
  return (at - message) as u32;
}

/** struct ifaddrmsg: family u8, prefix length u8, flags u8, scope u8, index u32. Where its attributes begin. */
function begin_address(message: usize, family: u32, prefix: u32): usize {
  store<u16>(message, RTM_NEWADDR, 4);
  const body = message + NLMSGHDR_SIZE;
  store<u8>(body, family as u8);
  store<u8>(body, prefix as u8, 1);
  store<u8>(body, IFA_F_PERMANENT, 2);
  store<u8>(body, RT_SCOPE_HOST, 3);
  store<u32>(body, LO_INDEX, 4);
  return body + 8;
}

/** Valid for ever. */
function end_address(message: usize, at: usize): u32 {
  store<u64>(CELL, 0xffffffffffffffff);
  store<u64>(CELL, 0, 8);
  at = put(at, IFA_CACHEINFO, CELL, 16);
  at = put_u32(at, IFA_FLAGS, IFA_F_PERMANENT);
  return (at - message) as u32;
}

/** 127.0.0.1/8 */
export function netlink_put_address4(message: usize): u32 {
  let at = begin_address(message, AF_INET, 8);
  at = put_u32(at, IFA_ADDRESS, 0x0100007f);
  at = put_u32(at, IFA_LOCAL, 0x0100007f);
  at = put(at, IFA_LABEL, cstr('lo'), 3);
  return end_address(message, at);
}

/** ::1/128 */
export function netlink_put_address6(message: usize): u32 {
  store<u64>(CELL, 0);
  store<u64>(CELL, 0x0100000000000000, 8);
  const at = put(begin_address(message, AF_INET6, 128), IFA_ADDRESS, CELL, 16);
  return end_address(message, at);
}
