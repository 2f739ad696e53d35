// Finds the sources of COPY and ADD in a tree (the context, a stage, an image): by path, or by a pattern with * ? [ ] that
// stops at slashes, as Go's filepath.Match does.
import { dockerfileError, type Place } from '../dockerfile/instruction.ts';
import { PatternError, patternToRegExp } from '../dockerfile/pattern.ts';
import { resolve } from '../image/resolve.ts';
import { type Inode, newDirectory, type Rootfs, sortedEntries, splitPath } from '../image/rootfs.ts';

export interface Source {
  /** Last name of the path: what a file is called in the destination; "" for the root of the tree. */
  name: string;
  inode: Inode;
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
  throw dockerfileError(
    place,
    `"${pattern}" is not in ${where}; check the path${where === 'the build context' ? ' and .dockerignore' : ''}`,
  );
}

/** The paths that match, in the order of names as bytes. */
function matching(tree: Rootfs, names: string[], place: Place): string[] {
  try {
    let paths = [''];
    for (const name of names) {
      const expression = patternToRegExp(name);
      paths = paths.flatMap((path) =>
        children(tree, path).filter((child) => expression.test(child.slice(path.length + 1))),
      );
    }
    return paths.map((path) => path.slice(1));
  } catch (error) {
    if (error instanceof PatternError) throw dockerfileError(place, error.message, error);
    throw error;
  }
}

function children(tree: Rootfs, path: string): string[] {
  return sortedEntries(resolve(tree, path).inode ?? newDirectory()).map(([name]) => `${path}/${name}`);
}
