// What a program can ask about the system, and entropy. uname(2), sysinfo(2), getrandom(2).
import { iter_user, iter_write } from '../vfs/iter.ts';
import { CONTROL_BASE } from '../../abi/box.ts';
import { CONTROL_TASKS } from '../../abi/host.ts';
import { EFAULT, EINVAL, EPERM } from '../../abi/linux/errno.ts';
import { cstr, str_len } from '../lib/bytes.ts';
import { random_bytes } from '../lib/random.ts';
import { frames_told, frames_total } from '../mm/frame.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { UserNamespace } from '../ns/user.ts';
import { UTS_LEN, uts_ns, uts_set } from '../ns/uts.ts';
import { CAP_SYS_ADMIN, ns_capable } from '../task/cred.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { current } from '../task/task.ts';

/** struct utsname: six fields of 65 bytes. */
const UTS_FIELD: usize = 65;
const UTS: usize = memory.data(390, 8);
const INFO: usize = memory.data(112, 8);
const CHUNK: usize = memory.data(256, 8);
const NAME: usize = memory.data(65, 1);
const PAGE: u32 = 4096;
const GRND_FLAGS: u64 = 7;

export const KERNEL_RELEASE: usize = cstr('6.1.0-wbx');
export const KERNEL_VERSION: usize = cstr('#1 SMP wbx');

const PER_MASK: u32 = 0xff;
const PER_LINUX32: u32 = 8;

export function sys_uname(va: u64): i64 {
  memory.fill(UTS, 0, 390);
  put_field(0, cstr('Linux'));
  put_field(1, uts_ns().hostname());
  put_field(2, KERNEL_RELEASE);
  put_field(3, KERNEL_VERSION);
  put_field(4, (current().personality & PER_MASK) == PER_LINUX32 ? cstr('i686') : cstr('x86_64'));
  put_field(5, uts_ns().domainname());
  return copyout(va, UTS, 390);
}

function put_field(index: usize, s: usize): void {
  memory.copy(UTS + index * UTS_FIELD, s, str_len(s));
}

export function sys_sethostname(name: u64, len: i32): i64 {
  return set_name(uts_ns().hostname(), name, len);
}

export function sys_setdomainname(name: u64, len: i32): i64 {
  return set_name(uts_ns().domainname(), name, len);
}

function set_name(at: usize, name: u64, len: i32): i64 {
  if (!ns_capable(changetype<UserNamespace>(uts_ns().owner), CAP_SYS_ADMIN)) return -EPERM;
  if (len < 0 || len > UTS_LEN) return -EINVAL;
  memory.fill(NAME, 0, 65);
  const error = copyin(NAME, name, len as usize);
  if (error < 0) return error;
  uts_set(at, NAME);
  return 0;
}

// struct sysinfo: uptime 0, loads[3] 8, totalram 32, freeram 40, shared 48, buffer 56, swap 64 72, procs u16 80,
// totalhigh 88, freehigh 96, mem_unit u32 104
export function sys_sysinfo(va: u64): i64 {
  memory.fill(INFO, 0, 112);
  store<u64>(INFO, clock_monotonic() / 1000000000, 0);
  store<u64>(INFO, (frames_total() as u64) * PAGE, 32);
  store<u64>(INFO, (frames_told() as u64) * PAGE, 40);
  store<u16>(INFO, load<u32>(CONTROL_BASE, CONTROL_TASKS), 80);
  store<u32>(INFO, 1, 104);
  return copyout(va, INFO, 112);
}

export function sys_getrandom(va: u64, len: u64, flags: u64): i64 {
  if (flags & ~GRND_FLAGS || (flags & 6) == 6) return -EINVAL;
  const n = min(len, 0x1ffffff);
  for (let done: u64 = 0; done < n; ) {
    const part = min(n - done, 256);
    random_bytes(CHUNK, part as usize);
    const it = iter_user(va + done, part);
    const error = iter_write(it, CHUNK, part as usize);
    done += part - it.left;
    if (error < 0) return error == -EFAULT && done ? (done as i64) : error;
  }
  return n as i64;
}
