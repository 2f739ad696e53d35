// Device numbers: Linux's Documentation/admin-guide/devices.txt, in the encoding of st_rdev.
export const DEV_NULL: u32 = 0x103;
export const DEV_ZERO: u32 = 0x105;
export const DEV_FULL: u32 = 0x107;
export const DEV_RANDOM: u32 = 0x108;
export const DEV_URANDOM: u32 = 0x109;
export const DEV_TTY: u32 = 0x500;
export const DEV_CONSOLE: u32 = 0x501;
export const DEV_PTMX: u32 = 0x502;
/** Of the "misc" devices; 240 to 255 are for dynamic use. */
export const DEV_WBX: u32 = 0xafa;
/** Linux has its hibernation there, which is what ours is, too. */
export const DEV_SNAPSHOT: u32 = 0xae7;
export const PTS_MAJOR: u32 = 136;

/** st_rdev of (major, minor). */
export function makedev(major: u32, minor: u32): u32 {
  return (minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12);
}

export function dev_major(dev: u32): u32 {
  return (dev >> 8) & 0xfff;
}

export function dev_minor(dev: u32): u32 {
  return (dev & 0xff) | ((dev >> 12) & 0xfff00);
}
