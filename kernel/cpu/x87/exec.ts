// The x87 unit: control instructions, and the check for pending exceptions before everything that waits.
// Intel SDM volume 1, 8.6 (exceptions are reported by the next waiting instruction) and 8.3.11.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_FCW, CPU_FIP, CPU_FSW, GPR_RAX, REG_RIP_PAGE } from '../../../abi/cpu.ts';
import { INSN_FLAGS, INSN_MEM, INSN_OFF, INSN_OP } from '../../../abi/insn.ts';
import {
  OP_FLDCW_M16,
  OP_FLDENV,
  OP_FNCLEX,
  OP_FNINIT,
  OP_FNOP,
  OP_FNSAVE,
  OP_FNSTCW_M16,
  OP_FNSTENV,
  OP_FNSTSW_AX,
  OP_FNSTSW_M16,
  OP_FRSTOR,
  OP_FWAIT,
} from '../../../isa/ops.gen.ts';
import { Ea } from '../ea.ts';
import { raise, SIGFPE } from '../fault.ts';
import { Mem } from '../mem.ts';
import { readRange, writeRange } from '../range.ts';
import { memory_exec } from './memory_exec.ts';
import { register_exec } from './register_exec.ts';
import {
  ENVIRONMENT_SIZE,
  environment_load,
  environment_store,
  registers_load,
  registers_store,
  STATE_SIZE,
} from './save.ts';
import { fpuReset, isPending, statusWord, updatePending } from './stack.ts';

/** Bits of the control word that exist; bit 6 reads as one. */
const CONTROL_MASK: u32 = 0x1f7f;
const CONTROL_FIXED: u32 = 0x40;
/** Exception flags, stack fault, ES and B. */
const EXCEPTION_BITS: u32 = 0x80ff;
const ALL_MASKED: u32 = 0x3f;

const BUFFER: usize = memory.data(128, 16);

export function x87_exec(ip: usize): bool {
  switch (load<u16>(ip, INSN_OP) as u32) {
    case OP_FNSTENV:
      return storeEnvironment(ip);
    case OP_FNSTCW_M16:
      return storeWord(ip, load<u16>(CPU_BASE + CPU_FCW) as u32);
    case OP_FNCLEX:
      return clearExceptions();
    case OP_FNINIT:
      return initialise();
    case OP_FNSAVE:
      return saveState(ip);
    case OP_FNSTSW_M16:
      return storeWord(ip, statusWord());
    case OP_FNSTSW_AX:
      store<u16>(CPU_BASE + GPR_RAX, statusWord() as u16);
      return true;
    default:
      return isPending() ? raisePending() : waiting(ip);
  }
}

function waiting(ip: usize): bool {
  switch (load<u16>(ip, INSN_OP) as u32) {
    case OP_FWAIT:
    case OP_FNOP:
      return true;
    case OP_FLDENV:
      return loadEnvironment(ip);
    case OP_FLDCW_M16:
      return loadControl(ip);
    case OP_FRSTOR:
      return restoreState(ip);
    default: {
      const done = (load<u8>(ip, INSN_FLAGS) & INSN_MEM) != 0 ? memory_exec(ip) : register_exec(ip);
      if (done) store<u64>(CPU_BASE + CPU_FIP, load<u64>(CPU_BASE + REG_RIP_PAGE) + (load<u16>(ip, INSN_OFF) as u64));
      return done;
    }
  }
}

// si_code of SIGFPE for the first unmasked exception, in the order Linux looks at them.
const FPE_FLTINV: u32 = 7;
const FPE_FLTDIV: u32 = 3;
const FPE_FLTOVF: u32 = 4;
const FPE_FLTUND: u32 = 5;
const FPE_FLTRES: u32 = 6;

/** #MF: an unmasked x87 exception is pending; MMX instructions report it, too. */
export function raisePending(): bool {
  const unmasked = statusWord() & ~(load<u16>(CPU_BASE + CPU_FCW) as u32) & ALL_MASKED;
  let code = FPE_FLTRES;
  if ((unmasked & 1) != 0) code = FPE_FLTINV;
  else if ((unmasked & 4) != 0) code = FPE_FLTDIV;
  else if ((unmasked & 8) != 0) code = FPE_FLTOVF;
  else if ((unmasked & 0x12) != 0) code = FPE_FLTUND;
  return raise(SIGFPE, code, load<u64>(CPU_BASE + CPU_FIP));
}

function storeWord(ip: usize, value: u32): bool {
  const p = Mem.w(Ea.of(ip), 2);
  if (!p) return false;
  store<u16>(p, value as u16);
  Mem.commit(p);
  return true;
}

function loadControl(ip: usize): bool {
  const p = Mem.r(Ea.of(ip), 2);
  if (!p) return false;
  store<u16>(CPU_BASE + CPU_FCW, (((load<u16>(p) as u32) & CONTROL_MASK) | CONTROL_FIXED) as u16);
  updatePending();
  return true;
}

function clearExceptions(): bool {
  store<u16>(CPU_BASE + CPU_FSW, ((load<u16>(CPU_BASE + CPU_FSW) as u32) & ~EXCEPTION_BITS) as u16);
  return true;
}

function initialise(): bool {
  fpuReset();
  return true;
}

/** FNSTENV also masks all exceptions. */
function storeEnvironment(ip: usize): bool {
  environment_store(BUFFER);
  if (!writeRange(Ea.of(ip), BUFFER, ENVIRONMENT_SIZE)) return false;
  store<u16>(CPU_BASE + CPU_FCW, load<u16>(CPU_BASE + CPU_FCW) | (ALL_MASKED as u16));
  updatePending();
  return true;
}

function loadEnvironment(ip: usize): bool {
  if (!readRange(BUFFER, Ea.of(ip), ENVIRONMENT_SIZE)) return false;
  environment_load(BUFFER);
  return true;
}

/** FNSAVE also initialises the unit. */
function saveState(ip: usize): bool {
  environment_store(BUFFER);
  registers_store(BUFFER + ENVIRONMENT_SIZE);
  if (!writeRange(Ea.of(ip), BUFFER, STATE_SIZE)) return false;
  fpuReset();
  return true;
}

function restoreState(ip: usize): bool {
  if (!readRange(BUFFER, Ea.of(ip), STATE_SIZE)) return false;
  environment_load(BUFFER);
  registers_load(BUFFER + ENVIRONMENT_SIZE);
  return true;
}
