// Entering and leaving a signal handler: the frame on the user's stack, exactly as Linux x86-64 builds it.
// Invariant: everything that the handler may clobber is in the frame; rt_sigreturn takes all of it back.
// sigreturn(2), sigaltstack(2), abi/linux/sigframe.ts.
import { CPU_BASE } from '../../abi/box.ts';
import {
  ACCESS_EXEC,
  ACCESS_WRITE,
  CPU_FAULT_ACCESS,
  CPU_FAULT_VA,
  CPU_RIP,
  GPR_R8,
  GPR_RAX,
  GPR_RBP,
  GPR_RBX,
  GPR_RCX,
  GPR_RDI,
  GPR_RDX,
  GPR_RSI,
  GPR_RSP,
} from '../../abi/cpu.ts';
import {
  FIX_EFLAGS,
  FRAME_INFO,
  FRAME_PRETCODE,
  FRAME_SIZE,
  FRAME_UC,
  FX_SIZE,
  RED_ZONE,
  SC_CR2,
  SC_CS,
  SC_EFLAGS,
  SC_ERR,
  SC_FPSTATE,
  SC_OLDMASK,
  SC_R8,
  SC_RAX,
  SC_RBP,
  SC_RBX,
  SC_RCX,
  SC_RDI,
  SC_RDX,
  SC_RIP,
  SC_RSI,
  SC_RSP,
  SC_SS,
  SC_TRAPNO,
  UC_FLAGS,
  UC_FP_XSTATE,
  UC_MCONTEXT,
  UC_SIGCONTEXT_SS,
  UC_SIGMASK,
  UC_STACK_FLAGS,
  UC_STACK_SIZE,
  UC_STACK_SP,
  UC_STRICT_RESTORE_SS,
  USER_CS,
  USER_DS,
  XSTATE_FRAME_SIZE,
} from '../../abi/linux/sigframe.ts';
import {
  SA_FLAGS,
  SA_HANDLER,
  SA_NODEFER,
  SA_ONSTACK,
  SA_RESETHAND,
  SA_RESTORER,
  SA_RESTORER_PTR,
  SA_MASK,
  SIGBUS,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  SIGTRAP,
  SI_KERNEL,
  SI_CODE,
  SS_AUTODISARM,
  SS_DISABLE,
  SS_ONSTACK,
} from '../../abi/linux/signal.ts';
import { flags_get, flags_set } from '../cpu/flags.ts';
import { mm_present } from '../mm/mm.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { claims_xstate, fpstate_init, fpstate_restore, fpstate_save, fpstate_size, has_xstate } from './fxstate.ts';
import { INFO_SIZE } from './siginfo.ts';
import { signal_set_blocked } from './signal.ts';
import { sig_bit } from './sigqueue.ts';
import { Task } from './task.ts';

const FRAME: usize = memory.data(440, 16);
const FX: usize = memory.data(836, 16);
const UC: usize = FRAME + FRAME_UC;
const SC: usize = UC + UC_MCONTEXT;

/** Bits of RFLAGS that a handler starts without: DF, RF, TF. */
const HANDLER_CLEARS: u64 = 0x10500;

/** Sets the task up to run the handler of sig. info: INFO_SIZE bytes. False = the frame could not be written. */
export function sigframe_push(t: Task, sig: i32, info: usize): bool {
  const action = t.sighand.action(sig);
  const flags = load<u64>(action, SA_FLAGS);
  if (!(flags & SA_RESTORER)) return false;
  const fpstate = (frame_top(t, flags) - fpstate_size()) & ~63;
  const frame = ((fpstate - FRAME_SIZE) & ~15) - 8;
  if (on_altstack(t, load<u64>(CPU_BASE, GPR_RSP)) && !on_altstack(t, frame)) return false;
  build_frame(t, action, info, fpstate);
  fpstate_save(FX);
  if (copyout(fpstate, FX, fpstate_size()) < 0 || copyout(frame, FRAME, FRAME_SIZE) < 0) return false;
  enter_handler(sig, load<u64>(action, SA_HANDLER), frame);
  if (t.altFlags & SS_AUTODISARM) altstack_reset(t);
  if (flags & SA_RESETHAND) store<u64>(action, 0, SA_HANDLER);
  let blocked = t.blocked | load<u64>(action, SA_MASK);
  if (!(flags & SA_NODEFER)) blocked |= sig_bit(sig);
  t.hasSavedBlocked = 0;
  signal_set_blocked(t, blocked);
  return true;
}

/** rt_sigreturn(2): the interrupted state comes back. False = bad frame. */
export function sigframe_pop(t: Task): bool {
  const frame = load<u64>(CPU_BASE, GPR_RSP) - 8;
  if (copyin(FRAME, frame, FRAME_SIZE) < 0) return false;
  const fpstate = load<u64>(SC, SC_FPSTATE);
  if (fpstate && copyin(FX, fpstate, FX_SIZE) < 0) return false;
  const extended = fpstate != 0 && claims_xstate(FX);
  if (extended && copyin(FX, fpstate, XSTATE_FRAME_SIZE) < 0) return false;
  if (load<u64>(SC, SC_RIP) >> 47) return false;
  for (let i = 0; i < 64; i += 8) store<u64>(CPU_BASE + GPR_R8 + i, load<u64>(SC + SC_R8 + i));
  registers_from_frame();
  flags_set((flags_get() & ~FIX_EFLAGS) | (load<u64>(SC, SC_EFLAGS) & FIX_EFLAGS));
  if (fpstate) fpstate_restore(FX, extended);
  else fpstate_init();
  signal_set_blocked(t, load<u64>(UC, UC_SIGMASK));
  altstack_restore(t);
  return true;
}

/** Is sp on the task's alternate stack? */
export function on_altstack(t: Task, sp: u64): bool {
  if (t.altFlags & SS_AUTODISARM) return false;
  return sp > t.altSp && sp - t.altSp <= t.altSize;
}

export function altstack_reset(t: Task): void {
  t.altSp = 0;
  t.altSize = 0;
  t.altFlags = SS_DISABLE;
}

function frame_top(t: Task, flags: u64): u64 {
  const sp = load<u64>(CPU_BASE, GPR_RSP);
  if (flags & SA_ONSTACK && t.altSize && !on_altstack(t, sp)) return t.altSp + t.altSize;
  return sp - RED_ZONE;
}

function build_frame(t: Task, action: usize, info: usize, fpstate: u64): void {
  memory.fill(FRAME, 0, FRAME_SIZE);
  store<u64>(FRAME, load<u64>(action, SA_RESTORER_PTR), FRAME_PRETCODE);
  memory.copy(FRAME + FRAME_INFO, info, INFO_SIZE);
  store<u64>(UC, UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS | (has_xstate() ? UC_FP_XSTATE : 0), UC_FLAGS);
  store<u64>(UC, t.altSp, UC_STACK_SP);
  store<u32>(UC, stack_flags(t), UC_STACK_FLAGS);
  store<u64>(UC, t.altSize, UC_STACK_SIZE);
  const mask = t.hasSavedBlocked ? t.savedBlocked : t.blocked;
  store<u64>(UC, mask, UC_SIGMASK);
  for (let i = 0; i < 64; i += 8) store<u64>(SC + SC_R8 + i, load<u64>(CPU_BASE + GPR_R8 + i));
  registers_to_frame();
  store<u64>(SC, flags_get(), SC_EFLAGS);
  store<u16>(SC, USER_CS, SC_CS);
  store<u16>(SC, USER_DS, SC_SS);
  store<u64>(SC, mask, SC_OLDMASK);
  store<u64>(SC, fpstate, SC_FPSTATE);
  trap_to_frame(t, info);
}

function stack_flags(t: Task): u32 {
  if (!t.altSize) return SS_DISABLE;
  return (on_altstack(t, load<u64>(CPU_BASE, GPR_RSP)) ? SS_ONSTACK : 0) | (t.altFlags & SS_AUTODISARM);
}

function registers_to_frame(): void {
  store<u64>(SC, load<u64>(CPU_BASE, GPR_RDI), SC_RDI);
  store<u64>(SC, load<u64>(CPU_BASE, GPR_RSI), SC_RSI);
  store<u64>(SC, load<u64>(CPU_BASE, GPR_RBP), SC_RBP);
  store<u64>(SC, load<u64>(CPU_BASE, GPR_RBX), SC_RBX);
  store<u64>(SC, load<u64>(CPU_BASE, GPR_RDX), SC_RDX);
  store<u64>(SC, load<u64>(CPU_BASE, GPR_RAX), SC_RAX);
  store<u64>(SC, load<u64>(CPU_BASE, GPR_RCX), SC_RCX);
  store<u64>(SC, load<u64>(CPU_BASE, GPR_RSP), SC_RSP);
  store<u64>(SC, load<u64>(CPU_BASE, CPU_RIP), SC_RIP);
}

function registers_from_frame(): void {
  store<u64>(CPU_BASE, load<u64>(SC, SC_RDI), GPR_RDI);
  store<u64>(CPU_BASE, load<u64>(SC, SC_RSI), GPR_RSI);
  store<u64>(CPU_BASE, load<u64>(SC, SC_RBP), GPR_RBP);
  store<u64>(CPU_BASE, load<u64>(SC, SC_RBX), GPR_RBX);
  store<u64>(CPU_BASE, load<u64>(SC, SC_RDX), GPR_RDX);
  store<u64>(CPU_BASE, load<u64>(SC, SC_RAX), GPR_RAX);
  store<u64>(CPU_BASE, load<u64>(SC, SC_RCX), GPR_RCX);
  store<u64>(CPU_BASE, load<u64>(SC, SC_RSP), GPR_RSP);
  store<u64>(CPU_BASE, load<u64>(SC, SC_RIP), CPU_RIP);
}

/** trapno, err and cr2 of the last fault, as Linux keeps them in the thread; told from the siginfo. */
function trap_to_frame(t: Task, info: usize): void {
  const sig = load<i32>(info);
  const code = load<i32>(info, SI_CODE);
  if (code <= 0) return;
  let trap = 0;
  if (sig == SIGTRAP) trap = code == SI_KERNEL ? 3 : 1;
  else if (sig == SIGILL) trap = 6;
  else if (sig == SIGFPE) trap = code == 1 ? 0 : 16;
  else if (sig == SIGSEGV && code == SI_KERNEL) trap = 13;
  else if (sig == SIGSEGV || sig == SIGBUS) {
    trap = 14;
    const va = load<u64>(CPU_BASE, CPU_FAULT_VA);
    store<u64>(SC, page_fault_error(mm_present(t.mm, va)), SC_ERR);
    store<u64>(SC, va, SC_CR2);
  }
  store<u64>(SC, trap, SC_TRAPNO);
}

/** Error code of #PF: present, write, user, instruction fetch. */
function page_fault_error(present: bool): u64 {
  const access = load<u32>(CPU_BASE, CPU_FAULT_ACCESS);
  return (present ? 1 : 0) | (access == ACCESS_WRITE ? 2 : 0) | 4 | (access == ACCESS_EXEC ? 16 : 0);
}

function enter_handler(sig: i32, handler: u64, frame: u64): void {
  store<u64>(CPU_BASE, sig, GPR_RDI);
  store<u64>(CPU_BASE, frame + FRAME_INFO, GPR_RSI);
  store<u64>(CPU_BASE, frame + FRAME_UC, GPR_RDX);
  store<u64>(CPU_BASE, 0, GPR_RAX);
  store<u64>(CPU_BASE, frame, GPR_RSP);
  store<u64>(CPU_BASE, handler, CPU_RIP);
  flags_set(flags_get() & ~HANDLER_CLEARS);
  fpstate_init();
}

function altstack_restore(t: Task): void {
  const flags = load<u32>(UC, UC_STACK_FLAGS);
  if (on_altstack(t, load<u64>(CPU_BASE, GPR_RSP))) return;
  if (flags & SS_DISABLE) return altstack_reset(t);
  t.altSp = load<u64>(UC, UC_STACK_SP);
  t.altSize = load<u64>(UC, UC_STACK_SIZE);
  t.altFlags = flags & SS_AUTODISARM;
}
