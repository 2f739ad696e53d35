// Git repositories as sources: `https://host/repo.git#ref:subdir`, `git@host:repo.git`, `git://`, `ssh://`. The host's git
// does it, with its credentials and its configuration. Docker's "Build context", section Git repositories.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { WbxError } from '../errors.ts';
import { rootfsFromDirectory } from '../image/from-directory.ts';
import { resolve } from '../image/resolve.ts';
import { type Directory, isDirectory } from '../image/rootfs.ts';

export interface GitReference {
  url: string;
  /** A branch, tag or commit; the default branch when absent. */
  ref?: string;
  /** The directory that is meant; the root when absent. */
  directory?: string;
}

/** Undefined for what is no git reference; a URL over http is one when its path ends in .git. */
export function parseGitReference(text: string): GitReference | undefined {
  const [url, fragment] = text.split(/#(.*)/s);
  if (!/^(git|ssh):\/\//.test(url) && !/^[\w.-]+@[\w.-]+:/.test(url) && !/^https?:\/\/[^?]+\.git$/.test(url))
    return undefined;
  const [ref, directory] = (fragment ?? '').split(/:(.*)/s);
  return { url, ref: ref || undefined, directory: directory || undefined };
}

/** Checks the reference out into a directory that does not exist yet; answers the tree of what is meant. */
export function checkOut({ url, ref, directory }: GitReference, into: string, keepGitDirectory: boolean): Directory {
  git(['init', '--quiet', into]);
  const here = ['-C', into];
  git([...here, 'remote', 'add', 'origin', url]);
  git([...here, 'fetch', '--quiet', '--depth=1', '--no-tags', 'origin', ref ?? 'HEAD'], url, ref);
  git([...here, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', 'FETCH_HEAD']);
  git([...here, 'submodule', 'update', '--quiet', '--init', '--recursive', '--depth=1'], url);
  if (!keepGitDirectory) rmSync(join(into, '.git'), { recursive: true });
  // Resolved inside the tree: a link in the repository cannot lead to files of this machine.
  const { inode } = resolve(rootfsFromDirectory(into), directory ?? '');
  if (isDirectory(inode)) return inode;
  throw new WbxError('NOT_FOUND', `${url} has no directory "${directory}" at ${ref ?? 'its default branch'}`);
}

function git(args: string[], url?: string, ref?: string): void {
  // Without a terminal: a build that asks for a password would hang.
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'git:http:https:ssh:file' };
  const { status, stderr, error } = spawnSync('git', args, {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error) throw new WbxError('NOT_FOUND', 'a git reference needs the program git, which is not installed', error);
  if (status === 0) return;
  const what = url === undefined ? `git ${args[0]}` : `${url}${ref === undefined ? '' : ` at ${ref}`}`;
  throw new WbxError('NOT_FOUND', `cannot get ${what}: ${stderr.trim().split('\n').at(-1)}`);
}
