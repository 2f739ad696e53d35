// Layout of the CPU context at CPU_BASE: what the interpreter, the translator and signal frames agree on.
// Invariant: bytes 0..CPU_CONTEXT_SIZE are the architectural state of the running task and are copied as a whole at
// a context switch; what follows is scratch of the run loop.
//
//   0   gpr[16]        u64   rax rcx rdx rbx rsp rbp rsi rdi r8..r15
//   128 zero           u64   always 0: the "no register" operand of an effective address
//   136 ripPage        u64   VA of the page being executed: base of RIP-relative operands
//   144 fsBase, 152 gsBase
//   160 rip            u64   exact only while the run loop is not executing
//   168 lazy flags: flagOp u32, pad u32, flagA u64, flagB u64, flagR u64
//   200 eflags         u64   the bits that are never lazy (DF TF IF IOPL ID AC), bit 1 set
//   208 ea             u64   effective address that an internal instruction prepared for the next one
//   216 selectors      u16   es, -, -, ds, fs, gs: those that MOV loads; cs and ss never change
//   256 fcw u16, fsw u16, ftw u8 (abridged, 1 = valid), top u8, fop u16, fip u64, fdp u64, mxcsr u32
//   320 st[8]          16 bytes each: mantissa u64, sign and exponent u16, 6 bytes zero; physical registers
//   512 ymm[16]        32 bytes each; xmm = the lower half

export const GPR_RAX = 0;
export const GPR_RCX = 8;
export const GPR_RDX = 16;
export const GPR_RBX = 24;
export const GPR_RSP = 32;
export const GPR_RBP = 40;
export const GPR_RSI = 48;
export const GPR_RDI = 56;
export const GPR_R8 = 64;
export const GPR_R9 = 72;
export const GPR_R10 = 80;
export const GPR_R11 = 88;
export const GPR_R12 = 96;
export const GPR_R13 = 104;
export const GPR_R14 = 112;
export const GPR_R15 = 120;
export const REG_ZERO = 128;
export const REG_RIP_PAGE = 136;
export const REG_FS_BASE = 144;
export const REG_GS_BASE = 152;
export const CPU_RIP = 160;
export const CPU_FLAG_OP = 168;
export const CPU_FLAG_A = 176;
export const CPU_FLAG_B = 184;
export const CPU_FLAG_R = 192;
export const CPU_EFLAGS = 200;
export const REG_EA = 208;
export const CPU_SELECTORS = 216;
export const CPU_FCW = 256;
export const CPU_FSW = 258;
export const CPU_FTW = 260;
export const CPU_FTOP = 261;
export const CPU_FOP = 262;
export const CPU_FIP = 264;
export const CPU_FDP = 272;
export const CPU_MXCSR = 280;
export const CPU_ST = 320;
export const CPU_YMM = 512;
export const CPU_CONTEXT_SIZE = 1024;

// Scratch, not part of a task.
export const CPU_EXIT = 1024; // u32, one of EXIT_*
export const CPU_FAULT_SIG = 1028; // u32 signal number
export const CPU_FAULT_CODE = 1032; // u32 si_code
export const CPU_FAULT_ACCESS = 1036; // u32 ACCESS_*
export const CPU_FAULT_VA = 1040; // u64 si_addr
export const CPU_RETIRED = 1048; // u64 guest instructions retired since boot
export const CPU_BOUNCE_VA = 1056; // u64 guest address that BOUNCE stands for
export const CPU_BOUNCE_LEN = 1064; // u32
export const CPU_BOUNCE = 1088; // 64 bytes: operand that crosses a page
// Two more vector registers, at 32-byte steps from CPU_YMM so that a record can name them: operands of VEX instructions in progress.
export const CPU_VEX_RESULT = 1280;
export const CPU_VEX_SOURCE = 1312;

// Why cpu_run returned.
export const EXIT_NONE = 0;
export const EXIT_FUEL = 1; // time slice over, at an instruction boundary
export const EXIT_SYSCALL = 2; // rip is behind the SYSCALL instruction, rcx and r11 are set
export const EXIT_FAULT = 3; // signal in CPU_FAULT_*, rip at the instruction
export const EXIT_BLOCKED = 4; // a page is on its way; the task sleeps and the instruction is repeated
export const EXIT_INT80 = 5; // 32-bit system call gate: not supported, kernel answers ENOSYS
export const EXIT_TRANSFER = 6; // within the CPU: a rare instruction is done and goes on at CPU_TRANSFER_VA; cpu_run makes EXIT_FUEL of it

export const ACCESS_READ = 0;
export const ACCESS_WRITE = 1;
export const ACCESS_EXEC = 2;
export const CPU_CODE_EPOCH = 1152; // u32 changes whenever a va may mean other code: validates the code caches
export const CPU_TRANSFER_VA = 1168; // u64 where an instruction that ended with EXIT_TRANSFER goes on
export const CPU_SLICE = 1156; // i32 fuel that cpu_run was given
export const CPU_WORK = 1160; // i64 what is left of the slice's allowance of work that instructions do not show (WORK_*)

// Work beyond counted instructions: without it a slice of long string instructions or of page faults would take seconds.
/** Allowance of a slice: elements of repeated string instructions, some 0.1 ms of copying or 10 ms of comparing. */
export const WORK_SLICE = 0x100000;
/** What making a page present costs of it. */
export const WORK_FAULT = 4096;
