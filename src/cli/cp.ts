// wbx cp: copies files between a box, running or not, and this machine.
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { WbxError } from '../errors.ts';
import { OpenFile } from '../image/files.ts';
import { readTar } from '../image/tar/read.ts';
import { TarWriter } from '../image/tar/write.ts';
import { newCommand, runCommand } from './command.ts';
import { HostPlace } from './copy/host-place.ts';
import { openGuest } from './copy/open-guest.ts';
import type { Place } from './copy/place.ts';
import { planCopy } from './copy/plan.ts';
import { archiveSink } from './output.ts';
import { withStdinFile } from './stdin-file.ts';

interface CopyFlags {
  archive?: boolean;
  followLink?: boolean;
}

interface End {
  /** Absent: a path of this machine. */
  box?: string;
  path: string;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('cp', 'Copy files between a box and this machine; "-" is a tar archive.', [
    'wbx cp web:/etc/nginx/nginx.conf .',
    'wbx cp ./site/. web:/usr/share/nginx/html',
    'wbx cp db:/var/lib/data - | tar -tv',
    'tar -c notes | wbx cp - box:/root',
  ])
    .usage('[options] BOX:PATH PATH|-\n       wbx cp [options] PATH|- BOX:PATH')
    .argument('<source>')
    .argument('<target>')
    .option('-a, --archive', 'keep users and groups')
    .option('-L, --follow-link', 'copy what a link at the source leads to')
    .option('-q, --quiet', 'accepted: nothing is printed anyway')
    .action((source: string, target: string, flags: CopyFlags) => copy(parseEnd(source), parseEnd(target), flags));
  return runCommand(command, args);
}

/** BOX:PATH; a path of this machine with a colon begins with "/" or "." . */
function parseEnd(text: string): End {
  const [, box, path] = /^([^/.:][^/:]*):(.*)$/s.exec(text) ?? [];
  return box === undefined ? { path: text } : { box, path: path.startsWith('/') ? path : `/${path}` };
}

async function copy(source: End, target: End, flags: CopyFlags): Promise<void> {
  if ((source.box === undefined) === (target.box === undefined))
    throw new WbxError('BAD_ARGUMENT', 'one of the two is BOX:PATH, the other a path of this machine');
  const guest = await openGuest(new Boxes().find((source.box ?? target.box)!));
  try {
    if (target.box === undefined && target.path === '-') await toArchive(guest, source.path, flags);
    else if (source.box === undefined && source.path === '-') await fromArchive(guest, target.path);
    else if (source.box === undefined) await transfer(new HostPlace(), source.path, guest, target.path, flags);
    else await transfer(guest, source.path, new HostPlace(), target.path, flags);
  } finally {
    await guest.close();
  }
}

async function transfer(from: Place, source: string, to: Place, target: string, flags: CopyFlags): Promise<void> {
  const follow = flags.followLink === true || /\/\.?$/.test(source);
  const isLink = !follow && (await from.isLink(source));
  const kind = isLink ? 'file' : await from.kind(source);
  if (kind === undefined) throw new WbxError('NOT_FOUND', `${source} does not exist`);
  if (kind !== 'directory' && source.endsWith('/')) throw new WbxError('BAD_ARGUMENT', `${source} is not a directory`);
  const { directory, name } = await planCopy(source, kind, to, target);
  await to.extract(directory, from.walk(source, name, follow), flags.archive === true);
}

async function toArchive(guest: Place, path: string, flags: CopyFlags): Promise<void> {
  if ((await guest.kind(path)) === undefined && !(await guest.isLink(path)))
    throw new WbxError('NOT_FOUND', `${path} does not exist`);
  const name =
    path
      .split('/')
      .filter((each) => each !== '' && each !== '.')
      .at(-1) ?? '.';
  const tar = new TarWriter(archiveSink('a path'));
  for await (const entry of guest.walk(path, name, flags.followLink === true)) tar.add(entry);
  tar.end();
}

async function fromArchive(guest: Place, target: string): Promise<void> {
  if ((await guest.kind(target)) !== 'directory')
    throw new WbxError('NOT_FOUND', `${target} is not a directory of the box: an archive is unpacked into one`);
  await withStdinFile('cp', (path) => guest.extract(target, readTar(new OpenFile(path), 'stdin'), true));
}
