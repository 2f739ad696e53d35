// The frame that Linux x86-64 pushes for a signal handler (arch/x86/include/asm/sigframe.h), offsets from its lowest
// address, where the return address lies; and the FXSAVE image that uc_mcontext.fpstate points to.
export const FRAME_PRETCODE = 0;
export const FRAME_UC = 8;
export const FRAME_INFO = 312; // = FRAME_UC + 304
export const FRAME_SIZE = 440;

// struct ucontext
export const UC_FLAGS = 0;
export const UC_LINK = 8;
export const UC_STACK_SP = 16;
export const UC_STACK_FLAGS = 24;
export const UC_STACK_SIZE = 32;
export const UC_MCONTEXT = 40;
export const UC_SIGMASK = 296;
export const UC_SIZE = 304;
export const UC_FP_XSTATE = 1;
export const UC_SIGCONTEXT_SS = 2;
export const UC_STRICT_RESTORE_SS = 4;

// struct sigcontext: r8..r15 at 0, then these
export const SC_R8 = 0;
export const SC_RDI = 64;
export const SC_RSI = 72;
export const SC_RBP = 80;
export const SC_RBX = 88;
export const SC_RDX = 96;
export const SC_RAX = 104;
export const SC_RCX = 112;
export const SC_RSP = 120;
export const SC_RIP = 128;
export const SC_EFLAGS = 136;
export const SC_CS = 144;
export const SC_GS = 146;
export const SC_FS = 148;
export const SC_SS = 150;
export const SC_ERR = 152;
export const SC_TRAPNO = 160;
export const SC_OLDMASK = 168;
export const SC_CR2 = 176;
export const SC_FPSTATE = 184;
export const SC_SIZE = 256;

// FXSAVE image
export const FX_SIZE = 512;
export const FX_FCW = 0;
export const FX_FSW = 2;
export const FX_FTW = 4;
export const FX_FOP = 6;
export const FX_FIP = 8;
export const FX_FDP = 16;
export const FX_MXCSR = 24;
export const FX_MXCSR_MASK = 28;
export const FX_ST = 32;
export const FX_XMM = 160;
// struct _fpx_sw_bytes: says that more than an FXSAVE image lies there
export const FX_SW_MAGIC1 = 464;
export const FX_SW_EXTENDED_SIZE = 468;
export const FX_SW_XFEATURES = 472;
export const FX_SW_XSTATE_SIZE = 480;
export const FP_XSTATE_MAGIC1 = 0x46505853;
export const FP_XSTATE_MAGIC2 = 0x46505845;
// The XSAVE image behind it: header, upper halves of the vector registers, then FP_XSTATE_MAGIC2
export const XSTATE_BV = 512;
export const XSTATE_YMM = 576;
export const XSTATE_SIZE = 832;
export const XSTATE_FRAME_SIZE = 836;

export const USER_CS = 0x33;
export const USER_DS = 0x2b;
/** Bits of RFLAGS that sigreturn may set: AC OF DF TF SF ZF AF PF CF RF. */
export const FIX_EFLAGS = 0x50dd5;
/** Below the stack pointer a function may use this much without moving it (System V ABI). */
export const RED_ZONE = 128;
