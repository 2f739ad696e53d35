// The part of the machine a vector instruction can see and change, as native.c and vector.as.ts exchange it.
//
//   0   xmm0 xmm1 xmm2      16 bytes each        72  mxcsr u32     104 si_code u32      112 rflags u64
//   48  rax rcx rdx         u64 each             76  signal u32    108 x87 tags u32     192 memory, 64 bytes; rbx and rdi
//   80  mm0 mm1 mm2         u64 each                                                        point to it
//   128 upper halves of ymm0 ymm1 ymm2, 16 bytes each
export const STATE_SIZE = 256;
export const STATE_XMM = 0;
export const STATE_RAX = 48;
export const STATE_RCX = 56;
export const STATE_RDX = 64;
export const STATE_MXCSR = 72;
export const STATE_SIGNAL = 76;
export const STATE_MM = 80;
export const STATE_CODE = 104;
export const STATE_TAGS = 108;
export const STATE_FLAGS = 112;
export const STATE_UPPER = 128;
export const STATE_MEMORY = 192;
