// prctl(2): a process's switches. Unknown ones give EINVAL, as on a kernel without them.
import { EINVAL, ENOMEM, EPERM } from '../../abi/linux/errno.ts';
import {
  PR_CAPBSET_DROP,
  PR_CAPBSET_READ,
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_CLEAR_ALL,
  PR_CAP_AMBIENT_IS_SET,
  PR_CAP_AMBIENT_LOWER,
  PR_CAP_AMBIENT_RAISE,
  PR_GET_CHILD_SUBREAPER,
  PR_GET_DUMPABLE,
  PR_GET_KEEPCAPS,
  PR_GET_NAME,
  PR_GET_NO_NEW_PRIVS,
  PR_GET_PDEATHSIG,
  PR_GET_SECCOMP,
  PR_GET_SECUREBITS,
  PR_GET_THP_DISABLE,
  PR_GET_TIMERSLACK,
  PR_GET_TIMING,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_DUMPABLE,
  PR_SET_KEEPCAPS,
  PR_SET_NAME,
  PR_SET_NO_NEW_PRIVS,
  PR_SET_PDEATHSIG,
  PR_SET_SECCOMP,
  PR_SET_SECUREBITS,
  PR_SET_THP_DISABLE,
  PR_SET_TIMERSLACK,
} from '../../abi/linux/prctl.ts';
import { SECCOMP_MODE_FILTER, SECCOMP_MODE_STRICT } from '../../abi/linux/seccomp.ts';
import { NSIG } from '../../abi/linux/signal.ts';
import { copyin, copyout, putuser } from '../mm/usercopy.ts';
import { CAP_LAST, CAP_SETPCAP, capable_here, Cred, cred_own, SECBIT_KEEP_CAPS } from '../task/cred.ts';
import { current } from '../task/task.ts';
import { GROUP_SUBREAPER } from '../task/thread_group.ts';
import { seccomp_filter, seccomp_strict } from './seccomp.ts';

const NAME: usize = memory.data(16, 8);
const DEFAULT_SLACK: u64 = 50000;

export function sys_prctl(option: i32, a: u64, b: u64, c: u64, d: u64): i64 {
  const t = current();
  switch (option) {
    case PR_SET_NAME:
      return set_name(a);
    case PR_GET_NAME:
      return copyout(a, t.comm(), 16);
    case PR_SET_PDEATHSIG:
      if (a > (NSIG as u64)) return -EINVAL;
      t.pdeathsig = a as i32;
      return 0;
    case PR_GET_PDEATHSIG:
      return putuser<i32>(a, t.pdeathsig);
    case PR_GET_DUMPABLE:
      return t.dumpable;
    case PR_SET_DUMPABLE:
      if (a > 1) return -EINVAL;
      t.dumpable = a as i32;
      return 0;
    case PR_SET_CHILD_SUBREAPER:
      if (a) t.group.flags |= GROUP_SUBREAPER;
      else t.group.flags &= ~GROUP_SUBREAPER;
      return 0;
    case PR_GET_CHILD_SUBREAPER:
      return putuser<i32>(a, t.group.flags & GROUP_SUBREAPER ? 1 : 0);
    case PR_SET_TIMERSLACK:
      t.timerSlack = a ? a : DEFAULT_SLACK;
      return 0;
    case PR_GET_TIMERSLACK:
      return t.timerSlack as i64;
    case PR_GET_SECCOMP:
      return t.seccompMode;
    case PR_SET_SECCOMP:
      if (a == SECCOMP_MODE_STRICT) return seccomp_strict();
      return a == SECCOMP_MODE_FILTER ? seccomp_filter(0, b) : -EINVAL;
    case PR_GET_TIMING:
    case PR_GET_THP_DISABLE:
    case PR_SET_THP_DISABLE:
      return 0;
  }
  return prctl_cred(option, a, b, c, d);
}

/** At most 15 bytes; what lies behind them is ignored. */
function set_name(va: u64): i64 {
  memory.fill(NAME, 0, 16);
  for (let i: u64 = 0; i < 15; i++) {
    const error = copyin(NAME + (i as usize), va + i, 1);
    if (error < 0) return error;
    if (!load<u8>(NAME + (i as usize))) break;
  }
  memory.copy(current().comm(), NAME, 16);
  return 0;
}

function prctl_cred(option: i32, a: u64, b: u64, c: u64, d: u64): i64 {
  const cred = current().cred;
  switch (option) {
    case PR_GET_KEEPCAPS:
      return cred.securebits & SECBIT_KEEP_CAPS ? 1 : 0;
    case PR_GET_SECUREBITS:
      return cred.securebits;
    case PR_GET_NO_NEW_PRIVS:
      return a | b | c | d ? -EINVAL : cred.noNewPrivs;
    case PR_CAPBSET_READ:
      return a > (CAP_LAST as u64) ? -EINVAL : (((cred.bounding >> a) & 1) as i64);
    case PR_SET_KEEPCAPS:
    case PR_SET_SECUREBITS:
    case PR_SET_NO_NEW_PRIVS:
    case PR_CAPBSET_DROP:
    case PR_CAP_AMBIENT:
      break;
    default:
      return -EINVAL;
  }
  const own = cred_own(current());
  return changetype<usize>(own) ? change_cred(own, option, a, b, c, d) : -ENOMEM;
}

function change_cred(cred: Cred, option: i32, a: u64, b: u64, c: u64, d: u64): i64 {
  switch (option) {
    case PR_SET_KEEPCAPS:
      if (a > 1) return -EINVAL;
      cred.securebits = (cred.securebits & ~SECBIT_KEEP_CAPS) | (a ? SECBIT_KEEP_CAPS : 0);
      return 0;
    case PR_SET_SECUREBITS:
      if (!capable_here(CAP_SETPCAP)) return -EPERM;
      cred.securebits = a as u32;
      return 0;
    case PR_SET_NO_NEW_PRIVS:
      if (a != 1 || b | c | d) return -EINVAL;
      cred.noNewPrivs = 1;
      return 0;
    case PR_CAPBSET_DROP:
      if (a > (CAP_LAST as u64)) return -EINVAL;
      if (!capable_here(CAP_SETPCAP)) return -EPERM;
      cred.bounding &= ~((1 as u64) << a);
      return 0;
  }
  return ambient(cred, a, b);
}

function ambient(cred: Cred, command: u64, cap: u64): i64 {
  if (command == PR_CAP_AMBIENT_CLEAR_ALL) {
    cred.ambient = 0;
    return 0;
  }
  if (cap > (CAP_LAST as u64)) return -EINVAL;
  const bit = (1 as u64) << cap;
  if (command == PR_CAP_AMBIENT_IS_SET) return cred.ambient & bit ? 1 : 0;
  if (command == PR_CAP_AMBIENT_LOWER) {
    cred.ambient &= ~bit;
    return 0;
  }
  if (command != PR_CAP_AMBIENT_RAISE) return -EINVAL;
  if (!(cred.permitted & cred.inheritable & bit)) return -EPERM;
  cred.ambient |= bit;
  return 0;
}
