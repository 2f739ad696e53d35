// Path resolution inside a tree, path_resolution(7): symbolic links are followed, `..` and absolute targets stop at the
// tree's root, names that do not exist yet are kept as they are.
import { WbxError } from '../errors.ts';
import { type Inode, isSymlink, type Rootfs } from './rootfs.ts';

export interface Resolved {
  /** Free of symbolic links, as far as it exists; no leading slash. */
  path: string;
  /** Undefined when the path does not exist. */
  inode?: Inode;
}

/** MAXSYMLINKS of Linux. */
const MAX_LINKS = 40;

/** Follows the links of a path; the one its last name may be only with `followLast`. */
export function resolve(rootfs: Rootfs, path: string, followLast = true): Resolved {
  const todo = path.split('/').reverse();
  let names: string[] = [];
  let inodes: (Inode | undefined)[] = [rootfs];
  for (let links = 0; todo.length > 0; ) {
    const name = todo.pop() as string;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      names.pop();
      inodes.length = Math.max(1, inodes.length - 1);
      continue;
    }
    const next: Inode | undefined = inodes[inodes.length - 1]?.entries?.get(name);
    const isLast = todo.every((rest) => rest === '' || rest === '.');
    if (!isSymlink(next) || (isLast && !followLast)) {
      names.push(name);
      inodes.push(next);
      continue;
    }
    if (++links > MAX_LINKS) throw new WbxError('BAD_IMAGE', `"${path}" is a loop of symbolic links`);
    if (next.target.startsWith('/')) {
      names = [];
      inodes = [rootfs];
    }
    todo.push(...next.target.split('/').reverse());
  }
  return { path: names.join('/'), inode: inodes[inodes.length - 1] };
}
