// A layer as a list of changes to the tree below it: what a layer tar says, what a RUN step's layer stream says and what a
// COPY does are all this. Paths have no leading slash and no "." or ".."; "" is the root directory.
import type { Inode } from '../rootfs.ts';

export type Change =
  /**
   * A new inode; a directory keeps what it had and `inode.entries` is not looked at. `inPlace`: it is the inode of the
   * layers below, changed, so that its other names mean it too.
   */
  | { kind: 'inode'; path: string; inode: Inode; inPlace?: boolean }
  /** One more name for the inode at `target`. */
  | { kind: 'hardlink'; path: string; target: string }
  /** The path of the layers below is gone. */
  | { kind: 'whiteout'; path: string }
  /** Everything the layers below have in this directory is gone. */
  | { kind: 'opaque'; path: string };
