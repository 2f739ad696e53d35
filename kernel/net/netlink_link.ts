// An interface and its addresses as netlink messages: header (filled in by netlink.ts), body, attributes.
// rtnetlink(7). An attribute: len u16, type u16, data, padded to 4 bytes.
import {
  IFA_ADDRESS,
  IFA_BROADCAST,
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
  IF_OPER_UP,
  NLMSGHDR_SIZE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RT_SCOPE_HOST,
  RT_SCOPE_UNIVERSE,
  IFF_UP,
  IF_OPER_DOWN,
} from '../../abi/linux/netlink.ts';
import { AF_INET, AF_INET6 } from '../../abi/linux/socket.ts';
import { cstr, str_len } from '../lib/bytes.ts';
import {
  ETH_INDEX,
  link_address,
  link_address6,
  link_broadcast,
  link_flags,
  link_hardware,
  link_mtu,
  link_name,
  link_prefix,
  link_prefix6,
  link_txqlen,
  link_type,
} from './link.ts';

const CELL: usize = memory.data(16, 8);

/** Adds an attribute behind `at`: where the next one goes. */
export function netlink_put(at: usize, type: u32, data: usize, size: u32): usize {
  store<u16>(at, (size + 4) as u16);
  store<u16>(at, type as u16, 2);
  if (size & 3) store<u32>(at + 4 + ((size & ~3) as usize), 0);
  memory.copy(at + 4, data, size as usize);
  return at + 4 + (((size + 3) & ~3) as usize);
}

export function netlink_put_u32(at: usize, type: u32, value: u32): usize {
  store<u32>(CELL, value);
  return netlink_put(at, type, CELL, 4);
}

/** Length of the message. */
export function netlink_put_link(message: usize, index: u32): u32 {
  store<u16>(message, RTM_NEWLINK, 4);
  // struct ifinfomsg: family u8, type u16, index i32, flags u32, change u32
  const body = message + NLMSGHDR_SIZE;
  store<u16>(body, 0);
  store<u16>(body, link_type(index) as u16, 2);
  store<u32>(body, index, 4);
  const up = (link_flags(index) & IFF_UP) != 0;
  store<u32>(body, link_flags(index) | (up ? IFF_LOWER_UP : 0), 8);
  store<u32>(body, 0, 12);
  const name = link_name(index);
  let at = netlink_put(body + 16, IFLA_IFNAME, name, (str_len(name) as u32) + 1);
  at = netlink_put_u32(at, IFLA_TXQLEN, link_txqlen(index));
  at = netlink_put_u32(at, IFLA_MTU, link_mtu(index));
  at = netlink_put(at, IFLA_QDISC, up ? cstr('noqueue') : cstr('noop'), up ? 8 : 5);
  // lo does not know whether it is up.
  store<u64>(CELL, index == ETH_INDEX ? IF_OPER_UP : up ? 0 : IF_OPER_DOWN);
  at = netlink_put(at, IFLA_OPERSTATE, CELL, 1);
  store<u64>(CELL, link_hardware(index));
  at = netlink_put(at, IFLA_ADDRESS, CELL, 6);
  store<u64>(CELL, index == ETH_INDEX ? 0xffffffffffff : 0);
  at = netlink_put(at, IFLA_BROADCAST, CELL, 6);
  return (at - message) as u32;
}

/** struct ifaddrmsg: family u8, prefix length u8, flags u8, scope u8, index u32. Where its attributes begin. */
function begin_address(message: usize, index: u32, family: u32, prefix: u32): usize {
  store<u16>(message, RTM_NEWADDR, 4);
  const body = message + NLMSGHDR_SIZE;
  store<u8>(body, family as u8);
  store<u8>(body, prefix as u8, 1);
  store<u8>(body, IFA_F_PERMANENT, 2);
  store<u8>(body, index == ETH_INDEX ? RT_SCOPE_UNIVERSE : RT_SCOPE_HOST, 3);
  store<u32>(body, index, 4);
  return body + 8;
}

/** Valid for ever. */
function end_address(message: usize, at: usize): u32 {
  store<u64>(CELL, 0xffffffffffffffff);
  store<u64>(CELL, 0, 8);
  at = netlink_put(at, IFA_CACHEINFO, CELL, 16);
  at = netlink_put_u32(at, IFA_FLAGS, IFA_F_PERMANENT);
  return (at - message) as u32;
}

export function netlink_put_address4(message: usize, index: u32): u32 {
  let at = begin_address(message, index, AF_INET, link_prefix(index));
  at = netlink_put_u32(at, IFA_ADDRESS, link_address(index));
  at = netlink_put_u32(at, IFA_LOCAL, link_address(index));
  if (link_broadcast(index)) at = netlink_put_u32(at, IFA_BROADCAST, link_broadcast(index));
  const name = link_name(index);
  at = netlink_put(at, IFA_LABEL, name, (str_len(name) as u32) + 1);
  return end_address(message, at);
}

/** 0 = it has none. */
export function netlink_put_address6(message: usize, index: u32): u32 {
  const address = link_address6(index);
  if (!address) return 0;
  const body = begin_address(message, index, AF_INET6, link_prefix6(index));
  return end_address(message, netlink_put(body, IFA_ADDRESS, address, 16));
}
