// Addresses of IP: struct sockaddr_in and sockaddr_in6 to and from 16 bytes in network order (IPv4 mapped) and a port. ip(7).
// The only network is lo: 127.0.0.0/8 and ::1.
import { EAFNOSUPPORT, EINVAL } from '../../abi/linux/errno.ts';
import {
  SIN6_ADDR,
  SIN_ADDR,
  SIN_PORT,
  SOCKADDR_IN6_MIN,
  SOCKADDR_IN6_SIZE,
  SOCKADDR_IN_SIZE,
} from '../../abi/linux/in.ts';
import { AF_INET, AF_INET6 } from '../../abi/linux/socket.ts';

/** Second half of ::ffff:0.0.0.0. */
const MAPPED: u64 = 0xffff0000;
/** Second half of ::1. */
const LOOPBACK6: u64 = 0x0100000000000000;
/** Second half of ::ffff:127.0.0.1. */
const LOOPBACK4: u64 = 0x0100007fffff0000;

/** An address taken from the guest: 0 first u64 | 8 second u64 | 16 port u32 */
@unmanaged
export class InetAddress {
  first: u64;
  second: u64;
  port: u32;
  pad: u32;
}

const PARSED: usize = memory.data(24, 8);

export function inet_parsed(): InetAddress {
  return changetype<InetAddress>(PARSED);
}

/** Reads a sockaddr of the family into inet_parsed(): 0, -EINVAL (too short), -EAFNOSUPPORT (another family). */
export function inet_parse(family: u32, address: usize, len: u32): i32 {
  if ((len as i32) < (family == AF_INET ? SOCKADDR_IN_SIZE : SOCKADDR_IN6_MIN)) return -EINVAL;
  const given = load<u16>(address) as u32;
  if (given != family) return -EAFNOSUPPORT;
  const a = inet_parsed();
  a.port = bswap<u16>(load<u16>(address, SIN_PORT)) as u32;
  a.first = family == AF_INET ? 0 : load<u64>(address, SIN6_ADDR);
  a.second =
    family == AF_INET ? MAPPED | ((load<u32>(address, SIN_ADDR) as u64) << 32) : load<u64>(address, SIN6_ADDR + 8);
  return 0;
}

/** Writes a sockaddr of the family: its length. */
export function inet_format(family: u32, out: usize, first: u64, second: u64, port: u32): u32 {
  memory.fill(out, 0, SOCKADDR_IN6_SIZE);
  store<u16>(out, family as u16);
  store<u16>(out, bswap<u16>(port as u16), SIN_PORT);
  if (family == AF_INET) {
    store<u32>(out, (second >> 32) as u32, SIN_ADDR);
    return SOCKADDR_IN_SIZE;
  }
  store<u64>(out, first, SIN6_ADDR);
  store<u64>(out, second, SIN6_ADDR + 8);
  return SOCKADDR_IN6_SIZE;
}

export function inet_is_mapped(first: u64, second: u64): bool {
  return first == 0 && (second & 0xffffffff) == MAPPED;
}

/** 0.0.0.0 or :: */
export function inet_is_any(first: u64, second: u64): bool {
  return first == 0 && (second == 0 || second == MAPPED);
}

export function inet_is_loopback(first: u64, second: u64): bool {
  if (first) return false;
  return second == LOOPBACK6 || ((second & 0xffffffff) == MAPPED && ((second >> 32) & 0xff) == 127);
}

/** Second half of the loopback address of the same version; the first half is zero. */
export function inet_loopback(first: u64, second: u64): u64 {
  return inet_is_mapped(first, second) ? LOOPBACK4 : LOOPBACK6;
}

/** Second half of the wildcard address that a socket of the family has before bind. */
export function inet_any(family: u32): u64 {
  return family == AF_INET6 ? 0 : MAPPED;
}
