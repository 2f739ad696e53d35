// One member of a tar archive, whatever dialect (ustar, GNU, PAX) it was written in. POSIX.1-2017 pax(1), GNU tar manual.
import type { Content } from '../rootfs.ts';

export type TarType = 'file' | 'hardlink' | 'symlink' | 'char' | 'block' | 'directory' | 'fifo';

export interface TarEntry {
  type: TarType;
  /** As written in the archive, without a trailing slash: it may be absolute or hold "..". */
  path: string;
  /** Symbolic and hard links. */
  target: string;
  /** Permissions, without S_IFMT. */
  mode: number;
  uid: number;
  gid: number;
  mtimeSec: number;
  mtimeNsec: number;
  devMajor: number;
  devMinor: number;
  xattrs?: Map<string, Uint8Array>;
  /** Regular files. */
  content?: Content;
}

export const BLOCK = 512;

/** A type's flag byte in the header. */
export const TYPE_FLAGS: Record<TarType, string> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  char: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** Extended attributes travel as PAX records with this prefix, values as raw bytes. */
export const XATTR_PREFIX = 'SCHILY.xattr.';

export function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
