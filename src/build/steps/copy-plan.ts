// Reads a COPY or ADD instruction: which tree it copies from, its sources, destination, owner and mode, and the key under
// which its result is cached.
import { posix } from 'node:path';
import type { Command } from '../../dockerfile/command.ts';
import { dockerfileError, type Place } from '../../dockerfile/instruction.ts';
import { contentOf, newInode, type Rootfs, S_IFREG } from '../../image/rootfs.ts';
import { buildTime } from '../../image/time.ts';
import { resolveOwner } from '../../image/users.ts';
import { treeDigest } from '../cache-key.ts';
import { findSources, type Source } from '../sources.ts';
import type { StageState } from '../stage-state.ts';
import type { Expander } from './config.ts';
import type { CopyPlan } from './copy.ts';

type CopyCommand = Extract<Command, { keyword: 'COPY' | 'ADD' }>;

/** Where sources come from. */
export interface Trees {
  context(): Rootfs;
  /** A stage or an image by name. */
  from(name: string, place: Place): Promise<Rootfs>;
}

export async function planCopy(state: StageState, command: CopyCommand, trees: Trees, expand: Expander, place: Place) {
  const { keyword, flags } = command;
  const from = flags.get('from');
  const sources = await collectSources(command, trees, expand, place);
  const destination = expand.word(command.destination);
  if (sources.length > 1 && !destination.endsWith('/') && destination !== '.') {
    throw dockerfileError(
      place,
      `${keyword} has several sources, so its destination must end with a slash: ${destination}/`,
    );
  }
  const chown = flags.has('chown') ? expand.word(flags.get('chown') as string) : undefined;
  const plan: CopyPlan = {
    keyword,
    sources,
    destination: absolute(state, destination),
    owner: chown === undefined ? undefined : resolveOwner(await state.rootfs(), chown),
    keepOwner: from !== undefined,
    mode: parseMode(flags.has('chmod') ? expand.word(flags.get('chmod') as string) : undefined, place),
    place,
  };
  const { owner, mode, keepOwner } = plan;
  const digests = sources.map(({ name, inode }) => [name, treeDigest(inode)]);
  return { plan, key: [keyword, plan.destination, owner ?? null, mode ?? null, keepOwner, digests] };
}

/** Here-documents first in the place where they stand, then paths and patterns. */
async function collectSources(command: CopyCommand, trees: Trees, expand: Expander, place: Place): Promise<Source[]> {
  const { keyword, flags, heredocs } = command;
  const from = flags.get('from');
  const documents = [...heredocs];
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
    if (keyword === 'ADD' && /^(https?|ftp|git|ssh):\/\/|^git@/.test(path)) {
      throw dockerfileError(
        place,
        `ADD of "${path}" is not supported yet; download it before the build and ADD the file`,
      );
    }
    const tree = from === undefined ? trees.context() : await trees.from(from, place);
    sources.push(...findSources(tree, path, from === undefined ? 'the build context' : `"${from}"`, place));
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

function parseMode(text: string | undefined, place: Place): number | undefined {
  if (text === undefined) return undefined;
  if (/^[0-7]{3,5}$/.test(text)) return Number.parseInt(text, 8) & 0o7777;
  throw dockerfileError(place, `--chmod=${text} is not supported; use an octal mode such as 0755`);
}
