// The network interfaces as programs see them: lo, and eth0 when the boot block gives it an address. netdevice(7).
// Interfaces are called by index: 1 is lo, 2 is eth0.
import { net_ns } from '../ns/net.ts';
import { INTERFACE_ADDRESS, INTERFACE_ADDRESS6, INTERFACE_PREFIX, INTERFACE_PREFIX6 } from '../../abi/hostnet.ts';
import {
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  ETH_FLAGS,
  ETH_MTU,
  LO_FLAGS,
  LO_INDEX,
  LO_MTU,
  LO_TXQLEN,
  IFF_LOOPBACK,
} from '../../abi/linux/netlink.ts';
import { cstr } from '../lib/bytes.ts';
import { inet_interface } from './interface_address.ts';

export const ETH_INDEX: u32 = 2;
/** 127.0.0.1 and ::1 in network order. */
export const LOOPBACK: u32 = 0x0100007f;
const LOOPBACK6: usize = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

/** The highest index. */
export function link_count(): u32 {
  return inet_interface() ? ETH_INDEX : LO_INDEX;
}

/** NUL-terminated. */
export function link_name(index: u32): usize {
  return index == ETH_INDEX ? cstr('eth0') : cstr('lo');
}

/** The interface with that name, of up to 16 bytes; 0 = none. */
export function link_find(name: usize): u32 {
  const first = load<u32>(name);
  if ((first & 0xffffff) == 0x6f6c) return LO_INDEX;
  return link_count() == ETH_INDEX && first == 0x30687465 && !load<u8>(name, 4) ? ETH_INDEX : 0;
}

/** IFF_* but IFF_LOWER_UP. */
export function link_flags(index: u32): u32 {
  return index == ETH_INDEX ? ETH_FLAGS : net_ns().loUp ? LO_FLAGS : IFF_LOOPBACK;
}

export function link_mtu(index: u32): u32 {
  return index == ETH_INDEX ? ETH_MTU : LO_MTU;
}

export function link_txqlen(index: u32): u32 {
  return index == ETH_INDEX ? 0 : LO_TXQLEN;
}

/** ARPHRD_*. */
export function link_type(index: u32): u32 {
  return index == ETH_INDEX ? ARPHRD_ETHER : ARPHRD_LOOPBACK;
}

/** The hardware address, 6 bytes as a little-endian number: eth0's is made of its address, as Docker does. */
export function link_hardware(index: u32): u64 {
  return index == ETH_INDEX ? 0x4202 | ((link_address(index) as u64) << 16) : 0;
}

/** Network order; 0 = none. */
export function link_address(index: u32): u32 {
  if (index != ETH_INDEX) return net_ns().loAddress ? LOOPBACK : 0;
  return load<u32>(inet_interface(), INTERFACE_ADDRESS);
}

export function link_prefix(index: u32): u32 {
  return index == ETH_INDEX ? load<u32>(inet_interface(), INTERFACE_PREFIX) : 8;
}

/** Network order. */
export function link_netmask(index: u32): u32 {
  const prefix = link_prefix(index);
  return prefix ? bswap<u32>(u32.MAX_VALUE << (32 - prefix)) : 0;
}

/** Network order; lo has none. */
export function link_broadcast(index: u32): u32 {
  return index == ETH_INDEX ? link_address(index) | ~link_netmask(index) : 0;
}

/** 16 bytes, or 0: the interface has no address of IPv6. */
export function link_address6(index: u32): usize {
  if (index != ETH_INDEX) return net_ns().loUp ? LOOPBACK6 : 0;
  const address = inet_interface() + INTERFACE_ADDRESS6;
  return load<u64>(address) ? address : 0;
}

export function link_prefix6(index: u32): u32 {
  return index == ETH_INDEX ? load<u32>(inet_interface(), INTERFACE_PREFIX6) : 128;
}
