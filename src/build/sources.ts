// Finds the sources of COPY and ADD in a tree (the context, a stage, an image): by path, or by a pattern with * ? [ ] that
// stops at slashes, as Go's filepath.Match does.
import { dockerfileError, type Place } from '../dockerfile/instruction.ts';
import { PatternError, patternToRegExp } from '../dockerfile/pattern.ts';
import { resolve } from '../image/resolve.ts';
import type { WbxError } from '../errors.ts';
import {
  type Directory,
  type Inode,
  isDirectory,
  newDirectory,
  type Rootfs,
  sortedEntries,
  splitPath,
} from '../image/rootfs.ts';

export interface Source {
  /** Last name of the path: what a file is called in the destination; "" for the root of the tree. */
  name: string;
  inode: Inode;
  /** Came by URL: ADD unpacks it only when it is told to. */
  downloaded?: boolean;
}

/** `where` is what errors call the tree. A symbolic link that is named itself is followed, inside the tree. */
export function findSources(tree: Rootfs, pattern: string, where: string, place: Place): Source[] {
  const names = splitPath(pattern);
  const found = /[*?[\\]/.test(pattern) ? matching(tree, names, place) : [names.join('/')];
  const sources = found.flatMap((path) => {
    const { inode } = resolve(tree, path);
    return inode ? [{ name: path.slice(path.lastIndexOf('/') + 1), inode }] : [];
  });
  if (sources.length > 0) return sources;
  throw notFound(pattern, where, place);
}

function notFound(pattern: string, where: string, place: Place): WbxError {
  const hint = where === 'the build context' ? ' and .dockerignore' : '';
  return dockerfileError(place, `"${pattern}" is not in ${where}; check the path${hint}`);
}

/** The paths that match, in the order of names as bytes. */
function matching(tree: Rootfs, names: string[], place: Place): string[] {
  try {
    let paths = [''];
    for (const name of names) {
      paths = paths.flatMap((path) => (name === '**' ? below(tree, path) : named(tree, path, patternToRegExp(name))));
    }
    return paths.map((path) => path.slice(1));
  } catch (error) {
    if (error instanceof PatternError) throw dockerfileError(place, error.message, error);
    throw error;
  }
}

/**
 * COPY --parents: one directory that holds what was found below the directories it lies in, which count from the tree's
 * root, or from where the pattern has `/./`. Those directories are as in the tree.
 */
export function findWithParents(tree: Rootfs, pattern: string, where: string, place: Place): Source[] {
  const [pivot, rest] = pattern.includes('/./') ? pattern.split(/\/\.\/(.*)/s) : ['', pattern];
  const base = resolve(tree, pivot).inode;
  if (!isDirectory(base)) throw notFound(pivot, where, place);
  const kept = newDirectory();
  for (const path of matching(base, splitPath(rest), place)) graft(base, kept, splitPath(path));
  if (kept.entries.size === 0) throw notFound(pattern, where, place);
  return [{ name: '', inode: kept }];
}

/** Puts what is at the path below `from` at the same path below `to`. */
function graft(from: Directory, to: Directory, names: string[]): void {
  let [source, target] = [from as Inode | undefined, to];
  for (const [i, name] of names.entries()) {
    source = source?.entries?.get(name);
    if (!source) return;
    const there = target.entries.get(name);
    if (i === names.length - 1) target.entries.set(name, there && isDirectory(source) ? source : (there ?? source));
    else if (isDirectory(there)) target = there;
    else {
      const copy: Directory = { ...source, entries: new Map() };
      target.entries.set(name, copy);
      target = copy;
    }
  }
}

/** `**`: the directory itself and all that lie in it, at any depth; links are not followed. */
function below(tree: Rootfs, path: string): string[] {
  const inner = sortedEntries(resolve(tree, path).inode ?? newDirectory());
  return [path, ...inner.flatMap(([name, inode]) => (isDirectory(inode) ? below(tree, `${path}/${name}`) : []))];
}

function named(tree: Rootfs, path: string, expression: RegExp): string[] {
  return children(tree, path).filter((child) => expression.test(child.slice(path.length + 1)));
}

function children(tree: Rootfs, path: string): string[] {
  return sortedEntries(resolve(tree, path).inode ?? newDirectory()).map(([name]) => `${path}/${name}`);
}
