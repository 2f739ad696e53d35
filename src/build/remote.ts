// ADD of what lies elsewhere: a file by URL, a git repository. Invariant: everything lands in one temporary directory,
// which lasts until the build is over; nothing of it is trusted beyond its checksum, when the Dockerfile gives one.
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import type { Flags } from '../dockerfile/flags.ts';
import { dockerfileError, type Place } from '../dockerfile/instruction.ts';
import { WbxError } from '../errors.ts';
import { OpenFile } from '../image/files.ts';
import { type Directory, newInode, S_IFREG } from '../image/rootfs.ts';
import { checkOut, type GitReference, parseGitReference } from './git.ts';
import type { Source } from './sources.ts';

/** Whether ADD fetches this instead of reading the context. */
export function isRemote(path: string): boolean {
  return /^(https?|ftp|git|ssh):\/\//.test(path) || /^[\w.-]+@[\w.-]+:/.test(path);
}

export class Remote {
  #directory: string | undefined;
  #count = 0;

  /** `flags` are those of ADD; `checksum` is expanded. */
  async source(url: string, flags: Flags, checksum: string | undefined, place: Place): Promise<Source> {
    const reference = parseGitReference(url);
    if (reference) {
      if (checksum !== undefined)
        throw dockerfileError(place, 'ADD --checksum is for files; name a commit behind # instead');
      return { name: '', inode: this.repository(reference, flags.isOn('keep-git-dir')) };
    }
    if (flags.get('keep-git-dir') !== undefined)
      throw dockerfileError(place, `--keep-git-dir is for git repositories, not "${url}"`);
    if (!/^https?:/.test(url)) throw dockerfileError(place, `ADD of "${url}" is not supported; use http or https`);
    return this.#file(url, checksum, place);
  }

  repository(reference: GitReference, keepGitDirectory = false): Directory {
    return checkOut(reference, this.#place(), keepGitDirectory);
  }

  /** What a URL answers, for contexts. */
  async bytes(url: string): Promise<Uint8Array> {
    return new Uint8Array(await (await download(url)).arrayBuffer());
  }

  /** A name of its own for something that is fetched. */
  #place(): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'wbx-remote-'));
    return join(this.#directory, `${this.#count++}`);
  }

  dispose(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }

  async #file(url: string, checksum: string | undefined, place: Place): Promise<Source> {
    const response = await download(url).catch((error: Error) => {
      throw dockerfileError(place, error.message, error);
    });
    const path = this.#place();
    const digest = await save(response.body as ReadableStream<Uint8Array>, path);
    if (checksum !== undefined && checksum !== digest) {
      throw dockerfileError(place, `${url} has the checksum ${digest}, not ${checksum}`);
    }
    const modified = Date.parse(response.headers.get('last-modified') ?? '');
    const mtimeSec = Number.isNaN(modified) ? 0 : Math.floor(modified / 1000);
    return {
      downloaded: true,
      name: fileName(response.url || url, place),
      inode: newInode(S_IFREG | 0o600, { content: new OpenFile(path), mtimeSec }),
    };
  }
}

async function download(url: string): Promise<Response> {
  const response = await fetch(url).catch((error: Error) => {
    const reason = (error.cause as Error | undefined)?.message ?? error.message;
    throw new WbxError('NOT_FOUND', `cannot download ${url}: ${reason}`, error);
  });
  if (response.ok && response.body) return response;
  throw new WbxError('NOT_FOUND', `cannot download ${url}: the server says ${response.status} ${response.statusText}`);
}

async function save(body: AsyncIterable<Uint8Array>, path: string): Promise<string> {
  const hash = createHash('sha256');
  const fd = openSync(path, 'wx', 0o600);
  try {
    for await (const piece of body) {
      hash.update(piece);
      writeSync(fd, piece);
    }
  } finally {
    closeSync(fd);
  }
  return `sha256:${hash.digest('hex')}`;
}

function fileName(url: string, place: Place): string {
  const name = posix.basename(decodeURIComponent(new URL(url).pathname));
  if (name === '' || name === '..' || name.includes('\0'))
    throw dockerfileError(place, `${url} names no file; add a destination that does`);
  return name;
}
