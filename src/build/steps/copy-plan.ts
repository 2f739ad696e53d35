// Reads a COPY or ADD instruction: which tree it copies from, its sources, destination, owner and mode, and the key under
// which its result is cached.
import { posix } from 'node:path';
import type { Command } from '../../dockerfile/command.ts';
import { dockerfileError, type Place } from '../../dockerfile/instruction.ts';
import { type ModeChange, parseMode } from '../../image/mode.ts';
import { contentOf, newInode, type Rootfs, S_IFREG } from '../../image/rootfs.ts';
import { buildTime } from '../../image/time.ts';
import { resolveOwner } from '../../image/users.ts';
import { treeDigest } from '../cache-key.ts';
import { parseExcludes, without } from '../excludes.ts';
import { isRemote } from '../remote.ts';
import { findSources, findWithParents, type Source } from '../sources.ts';
import type { StageState } from '../stage-state.ts';
import type { Expander } from './config.ts';
import type { CopyPlan } from './copy.ts';

export type CopyCommand = Extract<Command, { keyword: 'COPY' | 'ADD' }>;

/** Where sources come from. */
export interface Trees {
  context(): Rootfs;
  /** A stage or an image by name. */
  from(name: string, place: Place): Promise<Rootfs>;
  /** What a URL or a git reference of ADD stands for. */
  remote(url: string, command: CopyCommand, expand: Expander, place: Place): Promise<Source>;
}

export async function planCopy(state: StageState, command: CopyCommand, trees: Trees, expand: Expander, place: Place) {
  const { keyword, flags } = command;
  const sources = await collectSources(command, trees, expand, place);
  const destination = expand.word(command.destination);
  if (sources.length > 1 && !destination.endsWith('/') && destination !== '.') {
    throw dockerfileError(
      place,
      `${keyword} has several sources, so its destination must end with a slash: ${destination}/`,
    );
  }
  const value = (name: string) => {
    const text = flags.get(name);
    return text === undefined ? undefined : expand.word(text);
  };
  const [chown, chmod] = [value('chown'), value('chmod')];
  const plan: CopyPlan = {
    keyword,
    sources,
    destination: absolute(state, destination),
    owner: chown === undefined ? undefined : resolveOwner(await state.rootfs(), chown),
    keepOwner: flags.get('from') !== undefined,
    mode: chmod === undefined ? undefined : modeOf(chmod, place),
    link: flags.isOn('link'),
    unpack: flags.get('unpack') === undefined ? undefined : flags.isOn('unpack'),
    place,
  };
  const { owner, keepOwner, link, unpack } = plan;
  const digests = sources.map(({ name, inode }) => [name, treeDigest(inode)]);
  return {
    plan,
    key: [keyword, plan.destination, owner ?? null, chmod ?? null, keepOwner, link, unpack ?? null, digests],
  };
}

/** Here-documents first in the place where they stand, then paths and patterns. */
async function collectSources(command: CopyCommand, trees: Trees, expand: Expander, place: Place): Promise<Source[]> {
  const { flags, heredocs } = command;
  const from = flags.get('from');
  const documents = [...heredocs];
  const excluded = parseExcludes(
    flags.all('exclude').map((text) => expand.word(text)),
    place,
  );
  const sources: Source[] = [];
  for (const word of command.sources) {
    const heredoc = word.startsWith('<<') ? documents.shift() : undefined;
    if (heredoc) {
      sources.push(
        documentSource(heredoc.name, heredoc.expand ? expandLines(heredoc.content, expand) : heredoc.content),
      );
      continue;
    }
    const path = expand.word(word);
    if (command.keyword === 'ADD' && isRemote(path)) {
      sources.push(await trees.remote(path, command, expand, place));
      continue;
    }
    const tree = from === undefined ? trees.context() : await trees.from(from, place);
    const where = from === undefined ? 'the build context' : `"${from}"`;
    const find = flags.isOn('parents') ? findWithParents : findSources;
    sources.push(...without(excluded, find(tree, path, where, place)));
  }
  return sources;
}

function documentSource(name: string, text: string): Source {
  const content = contentOf(Buffer.from(text));
  return { name, inode: newInode(S_IFREG | 0o644, { content, mtimeSec: buildTime() }) };
}

/** Variables are replaced in a here-document; quotes mean nothing there. */
function expandLines(text: string, expand: Expander): string {
  return expand.word(text.replace(/["']/g, (quote) => (quote === '"' ? '\\"' : "\\'")));
}

function absolute(state: StageState, destination: string): string {
  const path = posix.resolve(state.workingDirectory, destination);
  const isDirectory = destination.endsWith('/') || /(^|\/)\.$/.test(destination);
  return isDirectory && path !== '/' ? `${path}/` : path;
}

function modeOf(text: string, place: Place): ModeChange {
  const mode = parseMode(text);
  if (mode) return mode;
  throw dockerfileError(
    place,
    `--chmod=${text} is no mode; use an octal one such as 0755, or a symbolic one such as u+x,go-w`,
  );
}
