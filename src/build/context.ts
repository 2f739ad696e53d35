// The build context: a directory of the host as a tree, without what .dockerignore leaves out. Invariant: nothing outside
// the directory is reachable, whatever its symbolic links say: they are resolved inside the tree.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { IGNORE_NOTHING, type Ignore, parseIgnore } from '../dockerfile/ignore.ts';
import { systemCode } from '../errors.ts';
import { rootfsFromDirectory } from '../image/from-directory.ts';
import { resolve } from '../image/resolve.ts';
import { type Directory, type Inode, isDirectory, isFile, type Rootfs } from '../image/rootfs.ts';

/** Reads a context; `dockerfile` may have an ignore file of its own, NAME.dockerignore, which goes before. */
export function readContext(directory: string, dockerfile: string): Rootfs {
  const own = `${join(dirname(dockerfile), basename(dockerfile))}.dockerignore`;
  const ignore = readIgnore(own) ?? readIgnore(join(directory, '.dockerignore')) ?? IGNORE_NOTHING;
  return rootfsFromDirectory(directory, (path, isDirectory) => keeps(ignore, path, isDirectory));
}

/** The same for a context that is a tree already. */
export function ignoredTree(tree: Rootfs, dockerfile: string): Rootfs {
  const text = [`${dockerfile}.dockerignore`, '.dockerignore'].map((path) => textAt(tree, path)).find(Boolean);
  if (text === undefined) return tree;
  const ignore = parseIgnore(text);
  return { ...tree, entries: kept(tree, '', ignore) };
}

function kept(directory: Directory, path: string, ignore: Ignore): Map<string, Inode> {
  const entries = new Map<string, Inode>();
  for (const [name, inode] of directory.entries) {
    const inner = path === '' ? name : `${path}/${name}`;
    const wanted = keeps(ignore, inner, isDirectory(inode));
    if (wanted === 'no') continue;
    const child = isDirectory(inode) ? { ...inode, entries: kept(inode, inner, ignore) } : inode;
    if (wanted === 'yes' || child.entries?.size) entries.set(name, child);
  }
  return entries;
}

function textAt(tree: Rootfs, path: string): string | undefined {
  const { inode } = resolve(tree, path);
  return isFile(inode) ? Buffer.from(inode.content.read(0, inode.content.size)).toString() : undefined;
}

/** An excluded directory is still walked when an exception may take something below it back in. */
function keeps(ignore: Ignore, path: string, isDirectory: boolean): 'yes' | 'no' | 'if-not-empty' {
  if (!ignore.excludes(path)) return 'yes';
  return isDirectory && ignore.mayIncludeBelow(path) ? 'if-not-empty' : 'no';
}

function readIgnore(file: string): Ignore | undefined {
  try {
    return parseIgnore(readFileSync(file, 'utf8'), basename(file));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
