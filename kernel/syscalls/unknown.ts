// System calls that the kernel does not have: counted, so that the host can say so.
import { CONTROL_BASE } from '../../abi/box.ts';
import { CONTROL_UNKNOWN_SYSCALLS } from '../../abi/host.ts';
import { ENOSYS } from '../../abi/linux/errno.ts';

export function sys_unknown(): i64 {
  store<u32>(CONTROL_BASE, load<u32>(CONTROL_BASE, CONTROL_UNKNOWN_SYSCALLS) + 1, CONTROL_UNKNOWN_SYSCALLS);
  return -ENOSYS;
}
