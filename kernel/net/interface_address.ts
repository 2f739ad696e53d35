// The addresses of the box: lo's, and those of eth0, which the boot block gives (INTERFACE_* of abi/hostnet.ts).
// Addresses are 16 bytes in network order, IPv4 mapped, as two u64.
import { BOOT_NETWORK } from '../../abi/boot.ts';
import { INTERFACE_ADDRESS, INTERFACE_ADDRESS6 } from '../../abi/hostnet.ts';
import { boot_ptr, boot_u32 } from '../boot/block.ts';
import { inet_any, inet_is_loopback, inet_is_mapped, inet_loopback } from './inet_address.ts';
import { AF_INET } from '../../abi/linux/socket.ts';
import { net_ns, net_ns_first } from '../ns/net.ts';

/** INTERFACE_* of the box's eth0, or 0. */
function box_interface(): usize {
  return boot_u32(BOOT_NETWORK) ? boot_ptr(BOOT_NETWORK) : 0;
}

/** The same as the current task sees it: 0 = there is lo alone. */
export function inet_interface(): usize {
  return net_ns() == net_ns_first() ? box_interface() : 0;
}

/** Is there somebody outside to talk to? */
export function network_is_on(): bool {
  return box_interface() != 0;
}

/** Second half of eth0's IPv4 address, mapped; 0 = none. */
export function inet_interface4(): u64 {
  const i = box_interface();
  const address = i ? load<u32>(i, INTERFACE_ADDRESS) : 0;
  return address ? inet_any(AF_INET) | ((address as u64) << 32) : 0;
}

/** Has eth0 an address of that version? */
function has_version(four: bool): bool {
  const i = inet_interface();
  if (!i) return false;
  return four ? load<u32>(i, INTERFACE_ADDRESS) != 0 : load<u64>(i, INTERFACE_ADDRESS6) != 0;
}

/** Is it an address of this box? */
export function inet_is_local(first: u64, second: u64): bool {
  if (inet_is_loopback(first, second)) return true;
  const i = inet_interface();
  if (!i) return false;
  if (inet_is_mapped(first, second)) return second == inet_interface4();
  return load<u64>(i, INTERFACE_ADDRESS6) == first && load<u64>(i, INTERFACE_ADDRESS6 + 8) == second;
}

/** Is there a way to that address? */
export function inet_has_route(first: u64, second: u64): bool {
  if (inet_is_loopback(first, second)) return net_ns().loUp != 0;
  return inet_is_local(first, second) || has_version(inet_is_mapped(first, second));
}

/** First half of the source address towards a destination. */
export function inet_source0(first: u64, second: u64): u64 {
  if (inet_is_mapped(first, second) || inet_is_loopback(first, second)) return 0;
  return load<u64>(inet_interface(), INTERFACE_ADDRESS6);
}

/** Second half of it. There is a way to the destination. */
export function inet_source1(first: u64, second: u64): u64 {
  if (inet_is_loopback(first, second)) return inet_loopback(first, second);
  return inet_is_mapped(first, second) ? inet_interface4() : load<u64>(inet_interface(), INTERFACE_ADDRESS6 + 8);
}
