// COPY --exclude and ADD --exclude: patterns of paths that are left out, as in .dockerignore but without exceptions. They
// are matched against paths below a source that is a directory, and against the name of one that is a file.
import { dockerfileError, type Place } from '../dockerfile/instruction.ts';
import { type Pattern, PatternError, parsePattern } from '../dockerfile/pattern.ts';
import { type Directory, isDirectory } from '../image/rootfs.ts';
import type { Source } from './sources.ts';

export function parseExcludes(texts: string[], place: Place): Pattern[] {
  return texts.flatMap((text) => {
    try {
      return parsePattern(text) ?? [];
    } catch (error) {
      if (error instanceof PatternError) throw dockerfileError(place, `--exclude: ${error.message}`, error);
      throw error;
    }
  });
}

export function without(excluded: Pattern[], sources: Source[]): Source[] {
  if (excluded.length === 0) return sources;
  const isOut = (path: string) => excluded.some((pattern) => pattern.matches(path));
  return sources.flatMap(({ name, inode }) => {
    if (isDirectory(inode)) return [{ name, inode: pruned(inode, '', isOut) }];
    return isOut(name) ? [] : [{ name, inode }];
  });
}

function pruned(directory: Directory, path: string, isOut: (path: string) => boolean): Directory {
  const entries = new Map(directory.entries);
  for (const [name, inode] of directory.entries) {
    const inner = path === '' ? name : `${path}/${name}`;
    if (isOut(inner)) entries.delete(name);
    else if (isDirectory(inode)) entries.set(name, pruned(inode, inner, isOut));
  }
  return { ...directory, entries };
}
