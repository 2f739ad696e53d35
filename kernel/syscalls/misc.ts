// Calls that fit nowhere else: thread-local bases, prctl, personality, membarrier.
import { CPU_BASE } from '../../abi/box.ts';
import { REG_FS_BASE, REG_GS_BASE } from '../../abi/cpu.ts';
import { EINVAL, ENODEV, EPERM } from '../../abi/linux/errno.ts';
import { copyout } from '../mm/usercopy.ts';
import { current } from '../task/task.ts';

const ARCH_SET_GS = 0x1001;
const ARCH_SET_FS = 0x1002;
const ARCH_GET_FS = 0x1003;
const ARCH_GET_GS = 0x1004;
const ARCH_GET_CPUID = 0x1011;
const ARCH_SET_CPUID = 0x1012;
const TASK_SIZE_MAX: u64 = 0x7ffffffff000;
/** Commands that membarrier answers: on one CPU every barrier has already happened. All but rseq ones. */
const MEMBARRIER_COMMANDS = 0x7f;
const MEMBARRIER_REGISTER = 0x54;
const MEMBARRIER_PRIVATE = 0x28;

export function sys_arch_prctl(code: i32, va: u64): i64 {
  switch (code) {
    case ARCH_SET_FS:
      return set_base(REG_FS_BASE, va);
    case ARCH_SET_GS:
      return set_base(REG_GS_BASE, va);
    case ARCH_GET_FS:
      return copyout(va, CPU_BASE + REG_FS_BASE, 8);
    case ARCH_GET_GS:
      return copyout(va, CPU_BASE + REG_GS_BASE, 8);
    case ARCH_GET_CPUID:
      return 1;
    case ARCH_SET_CPUID:
      return va ? 0 : -ENODEV;
  }
  return -EINVAL;
}

function set_base(register: i32, va: u64): i64 {
  if (va >= TASK_SIZE_MAX) return -EPERM;
  store<u64>(CPU_BASE + register, va);
  return 0;
}

/** Only execution domain flags are kept; 0xffffffff asks. */
export function sys_personality(persona: u64): i64 {
  const t = current();
  const old = t.personality;
  if ((persona as u32) != 0xffffffff) t.personality = persona as u32;
  return old;
}

export function sys_membarrier(command: i32, flags: u64, cpu: i32): i64 {
  if (flags) return -EINVAL;
  if (command == 0) return MEMBARRIER_COMMANDS;
  if (command < 0 || popcnt(command) != 1 || !(command & MEMBARRIER_COMMANDS)) return -EINVAL;
  const group = current().group;
  if (command & MEMBARRIER_REGISTER) group.membarrier |= command;
  // Each of these may only be used by who has registered with the command of the next bit.
  return command & MEMBARRIER_PRIVATE && !(group.membarrier & (command << 1)) ? -EPERM : 0;
}
