// ADD of a local tar archive: compressed or not, its contents go into the destination. What counts as an archive is told by
// its bytes, not its name, as Docker does.
import { mkdtempSync, openSync, rmSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerfileError, type Place } from '../../dockerfile/instruction.ts';
import { compressionOf, decompress } from '../../image/compression.ts';
import { OpenFile } from '../../image/files.ts';
import { applyLayer } from '../../image/layer/apply.ts';
import { readArchive } from '../../image/layer/tar.ts';
import { type Content, type Inode, isFile, newRootfs, type Rootfs } from '../../image/rootfs.ts';
import { looksLikeTar } from '../../image/tar/read.ts';

/** A compressed file counts as one: Docker finds out whether it holds a tar when it unpacks it. */
export function isArchive(inode: Inode): boolean {
  if (!isFile(inode) || inode.content.size === 0) return false;
  return compressionOf(inode.content) !== 'none' || looksLikeTar(inode.content);
}

/** The archive as a tree; `hasRoot` when it says what its "." is like, which then holds for the destination. */
export interface Unpacked {
  tree: Rootfs;
  hasRoot: boolean;
}

/** Reads the archive of an ADD; what is wrong with it is an error of the Dockerfile's line. */
export async function unpack(inode: Inode, name: string, place: Place): Promise<Unpacked> {
  try {
    return await unpackArchive(inode, name);
  } catch (error) {
    throw dockerfileError(place, `ADD: ${(error as Error).message}`, error);
  }
}

export async function unpackArchive(inode: Inode, name: string): Promise<Unpacked> {
  const tree = newRootfs();
  const changes = [...readArchive(await uncompressed(inode.content as Content, name), name)];
  applyLayer(tree, changes, name);
  return { tree, hasRoot: changes.some(({ path }) => path === '') };
}

/** The tar itself; a compressed one is uncompressed into a file that has no name any more and goes with the process. */
async function uncompressed(content: Content, name: string): Promise<Content> {
  const compression = compressionOf(content);
  if (compression === 'none') return content;
  const directory = mkdtempSync(join(tmpdir(), 'wbx-add-'));
  try {
    const path = join(directory, 'archive.tar');
    const fd = openSync(path, 'wx');
    try {
      await decompress(content, compression, (bytes) => writeSync(fd, bytes), name);
    } finally {
      closeSync(fd);
    }
    return new OpenFile(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
