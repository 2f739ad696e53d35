// The network interfaces as ioctl(2) shows them. netdevice(7).
import { link_set_flags } from './link_change.ts';
import { EINVAL, ENODEV, ENOTTY, EADDRNOTAVAIL } from '../../abi/linux/errno.ts';
import {
  IFREQ_SIZE,
  IFREQ_VALUE,
  SIOCGIFADDR,
  SIOCGIFBRDADDR,
  SIOCGIFCONF,
  SIOCGIFFLAGS,
  SIOCGIFHWADDR,
  SIOCGIFINDEX,
  SIOCGIFMTU,
  SIOCGIFNAME,
  SIOCGIFNETMASK,
  SIOCGIFTXQLEN,
  SIOCSIFFLAGS,
} from '../../abi/linux/ioctl.ts';
import { AF_INET } from '../../abi/linux/socket.ts';
import { str_len } from '../lib/bytes.ts';
import { copyin, copyout, getuser, putuser } from '../mm/usercopy.ts';
import {
  link_address,
  link_broadcast,
  link_count,
  link_find,
  link_flags,
  link_hardware,
  link_mtu,
  link_name,
  link_netmask,
  link_txqlen,
  link_type,
} from './link.ts';

const REQUEST: usize = memory.data(IFREQ_SIZE, 8);

export function interface_ioctl(request: u32, arg: u64): i64 {
  if (request == SIOCGIFCONF) return list(arg);
  const error = copyin(REQUEST, arg, IFREQ_SIZE);
  if (error) return error;
  if (request == SIOCGIFNAME) {
    const index = load<u32>(REQUEST, IFREQ_VALUE);
    if (!index || index > link_count()) return -ENODEV;
    put_name(index);
    return copyout(arg, REQUEST, IFREQ_SIZE);
  }
  const index = link_find(REQUEST);
  if (!index) return -ENODEV;
  const refused = fill(request, index);
  return refused ? refused : copyout(arg, REQUEST, IFREQ_SIZE);
}

function fill(request: u32, index: u32): i32 {
  const flags = load<u16>(REQUEST, IFREQ_VALUE) as u32;
  memory.fill(REQUEST + IFREQ_VALUE, 0, IFREQ_SIZE - IFREQ_VALUE);
  switch (request) {
    case SIOCSIFFLAGS:
      return link_set_flags(index, flags);
    case SIOCGIFFLAGS:
      store<u16>(REQUEST, link_flags(index) as u16, IFREQ_VALUE);
      return 0;
    case SIOCGIFADDR:
      return put_address(link_address(index));
    case SIOCGIFBRDADDR:
      return put_address(link_broadcast(index));
    case SIOCGIFNETMASK:
      return put_address(link_netmask(index));
    case SIOCGIFMTU:
      store<u32>(REQUEST, link_mtu(index), IFREQ_VALUE);
      return 0;
    case SIOCGIFTXQLEN:
      store<u32>(REQUEST, link_txqlen(index), IFREQ_VALUE);
      return 0;
    case SIOCGIFHWADDR:
      store<u16>(REQUEST, link_type(index) as u16, IFREQ_VALUE);
      store<u64>(REQUEST, link_hardware(index), IFREQ_VALUE + 2);
      return 0;
    case SIOCGIFINDEX:
      store<u32>(REQUEST, index, IFREQ_VALUE);
      return 0;
    default:
      return -ENOTTY;
  }
}

/** ifr_name. */
function put_name(index: u32): void {
  store<u64>(REQUEST, 0);
  store<u64>(REQUEST, 0, 8);
  memory.copy(REQUEST, link_name(index), str_len(link_name(index)) as usize);
}

function put_address(address: u32): i32 {
  if (!address) return -EADDRNOTAVAIL;
  store<u16>(REQUEST, AF_INET, IFREQ_VALUE);
  store<u32>(REQUEST, address, IFREQ_VALUE + 4);
  return 0;
}

/** struct ifconf: len i32, buffer u64 (0 = only tell the length). */
function list(arg: u64): i64 {
  const len = getuser<i32>(arg);
  if (len < 0 && len != (len as i32 as i64)) return len;
  const error = copyin(REQUEST, arg + 8, 8);
  if (error) return error;
  const buffer = load<u64>(REQUEST);
  if (buffer && (len as i32) < 0) return -EINVAL;
  const room = buffer ? (len as u32) / IFREQ_SIZE : u32.MAX_VALUE;
  let told: u32 = 0;
  for (let i: u32 = 1; i <= link_count() && told < room; i++) {
    if (!link_address(i)) continue;
    const at = buffer + ((told++ * IFREQ_SIZE) as u64);
    memory.fill(REQUEST, 0, IFREQ_SIZE);
    put_name(i);
    put_address(link_address(i));
    const failed = buffer ? copyout(at, REQUEST, IFREQ_SIZE) : 0;
    if (failed) return failed;
  }
  return putuser<u32>(arg, told * IFREQ_SIZE);
}
