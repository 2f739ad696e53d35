// asm-generic/termbits.h: the kernel's struct termios and the flags the line discipline acts on.
// struct termios: iflag u32, oflag u32, cflag u32, lflag u32, line u8, cc u8[19]
export const TERMIOS_SIZE = 36;
export const TERMIOS_IFLAG = 0;
export const TERMIOS_OFLAG = 4;
export const TERMIOS_CFLAG = 8;
export const TERMIOS_LFLAG = 12;
export const TERMIOS_CC = 17;

export const VINTR = 0;
export const VQUIT = 1;
export const VERASE = 2;
export const VKILL = 3;
export const VEOF = 4;
export const VTIME = 5;
export const VMIN = 6;
export const VSTART = 8;
export const VSTOP = 9;
export const VSUSP = 10;
export const VEOL = 11;
export const VREPRINT = 12;
export const VDISCARD = 13;
export const VWERASE = 14;
export const VLNEXT = 15;
export const VEOL2 = 16;

export const IGNBRK = 1;
export const BRKINT = 2;
export const PARMRK = 8;
export const ISTRIP = 0x20;
export const INLCR = 0x40;
export const IGNCR = 0x80;
export const ICRNL = 0x100;
export const IUCLC = 0x200;
export const IXON = 0x400;
export const IXANY = 0x800;
export const IMAXBEL = 0x2000;
export const IUTF8 = 0x4000;

export const OPOST = 1;
export const OLCUC = 2;
export const ONLCR = 4;
export const OCRNL = 8;
export const ONOCR = 0x10;
export const ONLRET = 0x20;

export const B38400 = 0xf;
export const CS8 = 0x30;
export const CREAD = 0x80;
export const HUPCL = 0x400;

export const ISIG = 1;
export const ICANON = 2;
export const ECHO = 8;
export const ECHOE = 0x10;
export const ECHOK = 0x20;
export const ECHONL = 0x40;
export const NOFLSH = 0x80;
export const TOSTOP = 0x100;
export const ECHOCTL = 0x200;
export const ECHOKE = 0x800;
export const IEXTEN = 0x8000;

export const TCIFLUSH = 0;
export const TCOFLUSH = 1;
export const TCIOFLUSH = 2;
