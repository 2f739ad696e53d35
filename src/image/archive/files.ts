// Where `wbx load` finds the files of an image: a directory or the members of a tar, by path, without unpacking anything.
import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { WbxError } from '../../errors.ts';
import { contentOfFile, OpenFile } from '../files.ts';
import type { Content } from '../rootfs.ts';
import { readTar } from '../tar/read.ts';

export interface Files {
  /** What errors call the source. */
  readonly name: string;
  get(path: string): Content | undefined;
}

/** `name` is what errors call the source. */
export function openFiles(path: string, name = path): Files {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new WbxError('NOT_FOUND', `cannot load ${path}: no such file or directory`);
  return stat.isDirectory() ? directoryFiles(path) : tarFiles(new OpenFile(path), name);
}

function directoryFiles(directory: string): Files {
  const get = (path: string): Content | undefined => {
    const file = join(directory, path);
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat?.isFile() ? contentOfFile(file, stat.size) : undefined;
  };
  return { name: directory, get };
}

/** Old docker-archives name a layer that occurs twice by a symbolic link to its first place. */
function tarFiles(archive: Content, name: string): Files {
  const members = new Map<string, Content>();
  const links = new Map<string, string>();
  for (const entry of readTar(archive, name)) {
    const path = posix.normalize(entry.path);
    if (entry.content) members.set(path, entry.content);
    else if (entry.type === 'symlink') links.set(path, posix.join(posix.dirname(path), entry.target));
    else if (entry.type === 'hardlink') links.set(path, posix.normalize(entry.target));
  }
  return { name, get: (path) => members.get(path) ?? members.get(links.get(path) ?? '') };
}

/** Reads a JSON document; `undefined` when the file is not there. */
export function readJson<T>(files: Files, path: string): T | undefined {
  const content = files.get(path);
  if (content === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(content.read(0, content.size)).toString()) as T;
  } catch (error) {
    throw new WbxError('BAD_IMAGE', `${files.name}: ${path} is not JSON`, error);
  }
}
