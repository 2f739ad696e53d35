// Access to an address space that is not the active one, page by page: the loader's door, /proc/PID/mem's and
// process_vm_readv's. Results as in usercopy: 0, -EFAULT, -EBLOCKED, and -ENOMEM, since nobody is killed here.
import { ACCESS_READ, ACCESS_WRITE } from '../../abi/cpu.ts';
import { EFAULT, ENOMEM } from '../../abi/linux/errno.ts';
import { code_invalidate } from '../cpu/code_page.ts';
import { EBLOCKED_UNINTERRUPTIBLE, ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { FAULT_BLOCKED, FAULT_OOM, fault_in } from './fault.ts';
import { FRAME_HAS_CODE } from '../../abi/frame.ts';
import { frame_flags } from './frame.ts';
import { Mm } from './mm.ts';

function remote_ptr(mm: Mm, va: u64, access: u32): usize {
  const frame = fault_in(mm, va, access);
  if (IS_ERR(frame)) {
    const fault = PTR_ERR(frame);
    return ERR_PTR(fault == FAULT_BLOCKED ? -EBLOCKED_UNINTERRUPTIBLE : fault == FAULT_OOM ? -ENOMEM : -EFAULT);
  }
  if (access == ACCESS_WRITE && frame_flags(frame) & FRAME_HAS_CODE) code_invalidate(frame);
  return frame + ((va as usize) & 0xfff);
}

export function mm_read(mm: Mm, dst: usize, va: u64, n: usize): i32 {
  while (n) {
    const p = remote_ptr(mm, va, ACCESS_READ);
    if (IS_ERR(p)) return PTR_ERR(p);
    const part = min<usize>(n, 0x1000 - ((va as usize) & 0xfff));
    memory.copy(dst, p, part);
    dst += part;
    va += part;
    n -= part;
  }
  return 0;
}

export function mm_write(mm: Mm, va: u64, src: usize, n: usize): i32 {
  while (n) {
    const p = remote_ptr(mm, va, ACCESS_WRITE);
    if (IS_ERR(p)) return PTR_ERR(p);
    const part = min<usize>(n, 0x1000 - ((va as usize) & 0xfff));
    memory.copy(p, src, part);
    src += part;
    va += part;
    n -= part;
  }
  return 0;
}

export function mm_clear(mm: Mm, va: u64, n: u64): i32 {
  while (n) {
    const p = remote_ptr(mm, va, ACCESS_WRITE);
    if (IS_ERR(p)) return PTR_ERR(p);
    const part = min<u64>(n, 0x1000 - (va & 0xfff));
    memory.fill(p, 0, part as usize);
    va += part;
    n -= part;
  }
  return 0;
}
