// `user[:group]` of an image, by name or number, resolved with the image's own /etc/passwd and /etc/group.
// passwd(5), group(5); the rules and sentences are those of Docker's USER.
import { WbxError } from '../errors.ts';
import { resolve } from './resolve.ts';
import { isFile, type Rootfs } from './rootfs.ts';

export interface User {
  uid: number;
  gid: number;
  /** Supplementary groups. */
  groups: number[];
  /** Home directory; "/" when passwd does not know the user. */
  home: string;
}

interface PasswdLine {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

interface GroupLine {
  name: string;
  gid: number;
  members: string[];
}

/** "" is root. A number need not be in passwd; its group is then root's. */
export function resolveUser(rootfs: Rootfs, spec: string): User {
  const [userText, groupText] = spec.split(':', 2);
  const entry = findUser(passwdLines(rootfs), userText);
  const groups = groupLines(rootfs);
  const uid = entry?.uid ?? number(userText === '' ? '0' : userText);
  if (uid === undefined) throw notFound('user', userText, 'passwd');
  const user: User = { uid, gid: entry?.gid ?? 0, groups: [], home: entry?.home || '/' };
  if (groupText) return { ...user, gid: findGroup(groups, groupText) };
  if (entry) user.groups = groups.filter(({ members }) => members.includes(entry.name)).map(({ gid }) => gid);
  return user;
}

/**
 * `--chown`: numbers are what they say, even where a user has one for a name. A number without a group takes the group of
 * the same number, a name its primary group.
 */
export function resolveOwner(rootfs: Rootfs, spec: string): { uid: number; gid: number } {
  const [userText, groupText] = spec.split(':', 2);
  const uid = number(userText);
  if (uid === undefined) return resolveUser(rootfs, spec);
  return { uid, gid: groupText ? (number(groupText) ?? findGroup(groupLines(rootfs), groupText)) : uid };
}

function findUser(lines: PasswdLine[], text: string): PasswdLine | undefined {
  const uid = number(text === '' ? '0' : text);
  return lines.find((line) => line.name === text) ?? lines.find((line) => line.uid === uid);
}

function findGroup(lines: GroupLine[], text: string): number {
  const gid = lines.find((line) => line.name === text)?.gid ?? number(text);
  if (gid === undefined) throw notFound('group', text, 'group');
  return gid;
}

function passwdLines(rootfs: Rootfs): PasswdLine[] {
  return fieldLines(rootfs, 'etc/passwd').map(([name, , uid, gid, , home]) => ({
    name,
    uid: number(uid) ?? -1,
    gid: number(gid) ?? 0,
    home,
  }));
}

function groupLines(rootfs: Rootfs): GroupLine[] {
  return fieldLines(rootfs, 'etc/group').map(([name, , gid, members = '']) => ({
    name,
    gid: number(gid) ?? -1,
    members: members.split(','),
  }));
}

function fieldLines(rootfs: Rootfs, path: string): string[][] {
  const { inode } = resolve(rootfs, path);
  if (!isFile(inode)) return [];
  const text = Buffer.from(inode.content.read(0, inode.content.size)).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
}

/** A uid or gid: below 2^32 - 1, which means "none". */
function number(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  return Number(text) < 2 ** 32 - 1 ? Number(text) : undefined;
}

function notFound(what: string, text: string, file: string): WbxError {
  return new WbxError('NOT_FOUND', `unable to find ${what} ${text}: no matching entries in the image's /etc/${file}`);
}
