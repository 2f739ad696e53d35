// A tree of files that `wbx cp` reads from or writes to: this machine's (host-place.ts) or a box's (guest-place.ts). What travels
// between two places are members of a tar archive, a directory before what is in it.
import type { TarEntry } from '../../image/tar/entry.ts';

export type Kind = 'directory' | 'file' | 'other';

export interface Place {
  /** What is there, links followed; undefined = nothing. */
  kind(path: string): Promise<Kind | undefined>;
  /** Is there a symbolic link at that path? */
  isLink(path: string): Promise<boolean>;
  /** What is at `path` and below, called `name`; with '' only what is in the directory. `follow`: of a link, what it leads to. */
  walk(path: string, name: string, follow: boolean): AsyncIterable<TarEntry>;
  /** Writes members below a directory. `owners`: their users stay; otherwise they belong to who copies, in a box to root. */
  extract(directory: string, entries: AsyncIterable<TarEntry> | Iterable<TarEntry>, owners: boolean): Promise<void>;
  close(): Promise<void>;
}
