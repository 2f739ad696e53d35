// seccomp(2) and the classic BPF it takes: linux/seccomp.h, linux/filter.h, linux/audit.h.
export const SECCOMP_MODE_STRICT = 1;
export const SECCOMP_MODE_FILTER = 2;

export const SECCOMP_SET_MODE_STRICT = 0;
export const SECCOMP_SET_MODE_FILTER = 1;
export const SECCOMP_GET_ACTION_AVAIL = 2;
export const SECCOMP_GET_NOTIF_SIZES = 3;

export const SECCOMP_FILTER_FLAG_TSYNC = 1;
export const SECCOMP_FILTER_FLAG_LOG = 2;
export const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
export const SECCOMP_FILTER_FLAG_TSYNC_ESRCH = 16;

// Answers of a filter, from the strongest on; the low 16 bits are data.
export const SECCOMP_RET_KILL_PROCESS = 0x80000000;
export const SECCOMP_RET_KILL_THREAD = 0;
export const SECCOMP_RET_TRAP = 0x30000;
export const SECCOMP_RET_ERRNO = 0x50000;
export const SECCOMP_RET_USER_NOTIF = 0x7fc00000;
export const SECCOMP_RET_TRACE = 0x7ff00000;
export const SECCOMP_RET_LOG = 0x7ffc0000;
export const SECCOMP_RET_ALLOW = 0x7fff0000;
export const SECCOMP_RET_ACTION_FULL = 0xffff0000;
export const SECCOMP_RET_DATA = 0xffff;

/** si_code of SIGSYS. */
export const SYS_SECCOMP = 1;
export const AUDIT_ARCH_X86_64 = 0xc000003e;

// struct seccomp_data: nr i32, arch u32, instruction_pointer u64, args u64[6]
export const SECCOMP_DATA_SIZE = 64;
export const SECCOMP_DATA_ARCH = 4;
export const SECCOMP_DATA_IP = 8;
export const SECCOMP_DATA_ARGS = 16;

// struct sock_filter: code u16, jt u8, jf u8, k u32
export const BPF_INSN_SIZE = 8;
export const BPF_JT = 2;
export const BPF_JF = 3;
export const BPF_K = 4;
export const BPF_MAXINSNS = 4096;
export const BPF_MEMWORDS = 16;
// Classes, in the low 3 bits of a code.
export const BPF_LD = 0;
export const BPF_LDX = 1;
export const BPF_ST = 2;
export const BPF_STX = 3;
export const BPF_ALU = 4;
export const BPF_JMP = 5;
export const BPF_RET = 6;
export const BPF_MISC = 7;
/** The operand is the X register, not the constant. */
export const BPF_X = 8;
