// sys/signalfd.h.
// struct signalfd_siginfo: 128 bytes, of which the kernel fills these.
export const SIGNALFD_SIGINFO_SIZE = 128;
export const SSI_SIGNO = 0;
export const SSI_ERRNO = 4;
export const SSI_CODE = 8;
export const SSI_PID = 12;
export const SSI_UID = 16;
export const SSI_TID = 24;
export const SSI_OVERRUN = 32;
export const SSI_STATUS = 40;
export const SSI_INT = 44;
export const SSI_PTR = 48;
export const SSI_UTIME = 56;
export const SSI_STIME = 64;
export const SSI_ADDR = 72;
