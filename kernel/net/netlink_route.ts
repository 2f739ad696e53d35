// The routes of the main table as netlink messages: the network of eth0, and everything else by its gateway. rtnetlink(7).
import { INTERFACE_GATEWAY, INTERFACE_GATEWAY6 } from '../../abi/hostnet.ts';
import {
  NLMSGHDR_SIZE,
  RTA_DST,
  RTA_GATEWAY,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_TABLE,
  RTM_NEWROUTE,
  RTN_UNICAST,
  RTPROT_BOOT,
  RTPROT_KERNEL,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
} from '../../abi/linux/netlink.ts';
import { AF_INET, AF_INET6 } from '../../abi/linux/socket.ts';
import { inet_interface } from './interface_address.ts';
import { ETH_INDEX, link_address, link_netmask, link_prefix } from './link.ts';
import { netlink_put, netlink_put_u32 } from './netlink_link.ts';

/** struct rtmsg: family, destination and source prefix length, tos, table, protocol, scope, type (u8 each), flags u32. */
function begin(message: usize, family: u32, prefix: u32, protocol: u32, scope: u32): usize {
  store<u16>(message, RTM_NEWROUTE, 4);
  const body = message + NLMSGHDR_SIZE;
  store<u64>(body, 0);
  store<u32>(body, 0, 8);
  store<u8>(body, family as u8);
  store<u8>(body, prefix as u8, 1);
  store<u8>(body, RT_TABLE_MAIN, 4);
  store<u8>(body, protocol as u8, 5);
  store<u8>(body, scope as u8, 6);
  store<u8>(body, RTN_UNICAST, 7);
  return netlink_put_u32(body + 12, RTA_TABLE, RT_TABLE_MAIN);
}

function end(message: usize, at: usize): u32 {
  return (netlink_put_u32(at, RTA_OIF, ETH_INDEX) - message) as u32;
}

/** default via the gateway. Length of the message. */
export function netlink_put_default4(message: usize): u32 {
  const at = begin(message, AF_INET, 0, RTPROT_BOOT, RT_SCOPE_UNIVERSE);
  return end(message, netlink_put_u32(at, RTA_GATEWAY, load<u32>(inet_interface(), INTERFACE_GATEWAY)));
}

/** The network that eth0 is on. */
export function netlink_put_network4(message: usize): u32 {
  let at = begin(message, AF_INET, link_prefix(ETH_INDEX), RTPROT_KERNEL, RT_SCOPE_LINK);
  at = netlink_put_u32(at, RTA_DST, link_address(ETH_INDEX) & link_netmask(ETH_INDEX));
  return end(message, netlink_put_u32(at, RTA_PREFSRC, link_address(ETH_INDEX)));
}

export function netlink_put_default6(message: usize): u32 {
  const at = begin(message, AF_INET6, 0, RTPROT_BOOT, RT_SCOPE_UNIVERSE);
  return end(message, netlink_put(at, RTA_GATEWAY, inet_interface() + INTERFACE_GATEWAY6, 16));
}
