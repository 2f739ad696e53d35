// Changing interfaces: lo goes up and down, and gets its address with that; eth0 is the host's. rtnetlink(7), netdevice(7).
import { EEXIST, EINVAL, ENODEV, EOPNOTSUPP, EPERM } from '../../abi/linux/errno.ts';
import {
  IFA_LOCAL,
  IFF_UP,
  LO_INDEX,
  NLMSGHDR_SIZE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_SETLINK,
} from '../../abi/linux/netlink.ts';
import { AF_INET } from '../../abi/linux/socket.ts';
import { net_ns } from '../ns/net.ts';
import { UserNamespace } from '../ns/user.ts';
import { CAP_NET_ADMIN, ns_capable } from '../task/cred.ts';
import { LOOPBACK, link_count } from './link.ts';

/** Sets IFF_* of the interface: 0 or -errno. */
export function link_set_flags(index: u32, flags: u32): i32 {
  if (!may_change() || index != LO_INDEX) return -EPERM;
  net_ns().loUp = flags & IFF_UP ? 1 : 0;
  net_ns().loAddress |= net_ns().loUp;
  return 0;
}

function may_change(): bool {
  return ns_capable(changetype<UserNamespace>(net_ns().owner), CAP_NET_ADMIN);
}

/** A netlink request of `type` that is to change something; `index` is the interface it is about, 0 = none: 0 or an errno. */
export function link_change(header: usize, type: u32, index: u32): i32 {
  if (!may_change()) return EPERM;
  if (type == RTM_NEWADDR) return add_address(header);
  if (type != RTM_NEWLINK && type != RTM_SETLINK) return EPERM;
  if (!index || index > link_count()) return ENODEV;
  const flags = load<u32>(header, NLMSGHDR_SIZE + 8);
  const change = load<u32>(header, NLMSGHDR_SIZE + 12);
  if (!flags && !change) return 0;
  return change && !(change & IFF_UP) ? 0 : -link_set_flags(index, flags);
}

/** struct ifaddrmsg, then attributes. Sandboxes give lo the address that it has anyway once it is up. */
function add_address(header: usize): i32 {
  const body = header + NLMSGHDR_SIZE;
  const end = header + (load<u32>(header) as usize);
  if (load<u8>(body) != AF_INET || load<u32>(body, 4) != LO_INDEX) return EOPNOTSUPP;
  for (let at = body + 8; at + 8 <= end; at += ((load<u16>(at) as usize) + 3) & ~3) {
    if (load<u16>(at) < 4) return EINVAL;
    if (load<u16>(at, 2) != IFA_LOCAL || load<u32>(at, 4) != LOOPBACK) continue;
    if (net_ns().loAddress) return EEXIST;
    net_ns().loAddress = 1;
    return 0;
  }
  return EOPNOTSUPP;
}
