// The one network interface, lo, as ioctl(2) shows it. netdevice(7).
import { EINVAL, ENODEV, ENOTTY } from '../../abi/linux/errno.ts';
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
} from '../../abi/linux/ioctl.ts';
import { ARPHRD_LOOPBACK, LO_FLAGS, LO_INDEX, LO_MTU, LO_TXQLEN } from '../../abi/linux/netlink.ts';
import { AF_INET } from '../../abi/linux/socket.ts';
import { copyin, copyout, getuser, putuser } from '../mm/usercopy.ts';

const REQUEST: usize = memory.data(IFREQ_SIZE, 8);
/** "lo" and its NUL as a little-endian number of three bytes. */
const LO: u32 = 0x6f6c;
// Network order.
const ADDRESS_LO: u32 = 0x0100007f;
const NETMASK_LO: u32 = 0x000000ff;

export function interface_ioctl(request: u32, arg: u64): i64 {
  if (request == SIOCGIFCONF) return list(arg);
  const error = copyin(REQUEST, arg, IFREQ_SIZE);
  if (error) return error;
  const isLo = (load<u32>(REQUEST) & 0xffffff) == LO;
  if (request == SIOCGIFNAME) {
    if (load<i32>(REQUEST, IFREQ_VALUE) != LO_INDEX) return -ENODEV;
    store<u64>(REQUEST, LO);
    return copyout(arg, REQUEST, IFREQ_SIZE);
  }
  if (!isLo) return -ENODEV;
  const refused = fill(request);
  return refused ? refused : copyout(arg, REQUEST, IFREQ_SIZE);
}

function fill(request: u32): i32 {
  memory.fill(REQUEST + IFREQ_VALUE, 0, IFREQ_SIZE - IFREQ_VALUE);
  switch (request) {
    case SIOCGIFFLAGS:
      store<u16>(REQUEST, LO_FLAGS, IFREQ_VALUE);
      return 0;
    case SIOCGIFADDR:
      return put_address(ADDRESS_LO);
    case SIOCGIFBRDADDR:
      return put_address(0);
    case SIOCGIFNETMASK:
      return put_address(NETMASK_LO);
    case SIOCGIFMTU:
      store<u32>(REQUEST, LO_MTU, IFREQ_VALUE);
      return 0;
    case SIOCGIFTXQLEN:
      store<u32>(REQUEST, LO_TXQLEN, IFREQ_VALUE);
      return 0;
    case SIOCGIFHWADDR:
      store<u16>(REQUEST, ARPHRD_LOOPBACK, IFREQ_VALUE);
      return 0;
    case SIOCGIFINDEX:
      store<u32>(REQUEST, LO_INDEX, IFREQ_VALUE);
      return 0;
    default:
      return -ENOTTY;
  }
}

function put_address(address: u32): i32 {
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
  if (!buffer) return putuser<u32>(arg, IFREQ_SIZE);
  if ((len as i32) < IFREQ_SIZE) return putuser<u32>(arg, 0);
  memory.fill(REQUEST, 0, IFREQ_SIZE);
  store<u64>(REQUEST, LO);
  put_address(ADDRESS_LO);
  const failed = copyout(buffer, REQUEST, IFREQ_SIZE);
  return failed ? failed : putuser<u32>(arg, IFREQ_SIZE);
}
