// What is to be built: the text of the Dockerfile and the build context, from a directory, from standard input, a git
// repository or a URL. Docker's "Build context". Invariant: a context that is fetched is read as a tree of its own; nothing
// in it can name files of this machine.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { systemCode, WbxError } from '../errors.ts';
import { contentOf, isFile, newInode, newRootfs, type Rootfs, S_IFREG } from '../image/rootfs.ts';
import { resolve } from '../image/resolve.ts';
import { ignoredTree, readContext } from './context.ts';
import { parseGitReference } from './git.ts';
import { isRemote, type Remote } from './remote.ts';
import { isArchive, unpackArchive } from './steps/unpack.ts';

export interface Input {
  text: string;
  /** What errors call the Dockerfile. */
  file: string;
  /** Reads the context; a build that copies nothing does not. */
  context(): Rootfs;
}

export interface InputOptions {
  /** A directory, `-` for standard input, a git reference or a URL. */
  context: string;
  /** The Dockerfile's path, `-` for standard input; `Dockerfile` in the context when absent. */
  dockerfile?: string;
}

/** Opens what a build reads. */
export async function openInput({ context, dockerfile }: InputOptions, remote: Remote): Promise<Input> {
  if (context === '-') {
    if (dockerfile === '-')
      throw new WbxError('BAD_ARGUMENT', 'standard input cannot be the context and the Dockerfile at once');
    return ofBytes(readFileSync(0), 'standard input', dockerfile);
  }
  const git = parseGitReference(context);
  if (git) return ofTree(remote.repository(git), context, dockerfile);
  if (isRemote(context)) return ofBytes(await remote.bytes(context), context, dockerfile);
  return ofDirectory(context, dockerfile);
}

function ofDirectory(directory: string, dockerfile = defaultFile(directory)): Input {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new WbxError('NOT_FOUND', `the build context ${directory} is not a directory`);
  }
  const file = dockerfile === '-' ? 'Dockerfile' : basename(dockerfile);
  return { text: readText(dockerfile), file, context: () => readContext(directory, dockerfile) };
}

/** As Docker does: `Dockerfile`, or `dockerfile` when there is only that. */
function defaultFile(directory: string): string {
  const [usual, small] = ['Dockerfile', 'dockerfile'].map((name) => join(directory, name));
  return !existsSync(usual) && existsSync(small) ? small : usual;
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const sentence =
      systemCode(error) === 'ENOENT' ? `there is no ${path}; name the Dockerfile with -f` : `cannot read ${path}`;
    throw new WbxError('NOT_FOUND', sentence, error);
  }
}

/** A tar is a context, anything else a Dockerfile without one. */
async function ofBytes(bytes: Uint8Array, name: string, dockerfile: string | undefined): Promise<Input> {
  const inode = newInode(S_IFREG | 0o644, { content: contentOf(bytes) });
  if (isArchive(inode)) return ofTree((await unpackArchive(inode, name)).tree, name, dockerfile);
  if (dockerfile !== undefined)
    throw new WbxError('BAD_ARGUMENT', `${name} is a Dockerfile, not an archive: leave -f out`);
  return { text: Buffer.from(bytes).toString(), file: 'Dockerfile', context: newRootfs };
}

function ofTree(tree: Rootfs, name: string, dockerfile = 'Dockerfile'): Input {
  const { inode } = resolve(tree, dockerfile);
  if (!isFile(inode))
    throw new WbxError('NOT_FOUND', `there is no ${dockerfile} in ${name}; name the Dockerfile with -f`);
  const text = Buffer.from(inode.content.read(0, inode.content.size)).toString();
  return { text, file: basename(dockerfile), context: () => ignoredTree(tree, dockerfile) };
}
