// USER of an image and -u of a command, resolved as Docker does: names by /etc/passwd and /etc/group of the root file
// system (passwd(5), group(5)), numbers as they are.
import { WbxError } from '../errors.ts';
import { isFile, isSymlink, lookup, type Rootfs } from './rootfs.ts';

/** Whom a process runs as. */
export interface User {
  uid: number;
  gid: number;
  /** Supplementary groups. */
  groups: number[];
  home: string;
}

interface Passwd {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

interface Group {
  name: string;
  gid: number;
  members: string[];
}

/** `spec` is `user`, `user:group`, or empty for root. */
export function resolveUser(rootfs: Rootfs, spec: string): User {
  const [userName, groupName] = spec.split(':') as [string, string?];
  const users = readTable(rootfs, 'etc/passwd').map(parsePasswd);
  const groups = readTable(rootfs, 'etc/group').map(parseGroup);
  const user = findUser(users, userName || '0');
  if (groupName) return { uid: user.uid, gid: findGroup(groups, groupName), groups: [], home: user.home };
  const member = groups.filter(({ members }) => members.includes(user.name)).map(({ gid }) => gid);
  return { uid: user.uid, gid: user.gid, groups: member, home: user.home };
}

function findUser(users: Passwd[], name: string): Passwd {
  const uid = id(name);
  const found = users.find((user) => user.name === name) ?? users.find((user) => user.uid === uid);
  if (found) return found;
  if (uid === undefined)
    throw new WbxError('NOT_FOUND', `unable to find user ${name}: no matching entries in passwd file`);
  return { name: '', uid, gid: 0, home: uid === 0 ? '/root' : '/' };
}

function findGroup(groups: Group[], name: string): number {
  const gid = groups.find((group) => group.name === name)?.gid ?? id(name);
  if (gid === undefined)
    throw new WbxError('NOT_FOUND', `unable to find group ${name}: no matching entries in group file`);
  return gid;
}

function id(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1 ? Number(text) : undefined;
}

function readTable(rootfs: Rootfs, path: string): string[][] {
  let inode = lookup(rootfs, path);
  if (isSymlink(inode)) inode = lookup(rootfs, inode.target.startsWith('/') ? inode.target : `etc/${inode.target}`);
  if (!isFile(inode)) return [];
  const text = new TextDecoder().decode(inode.content.read(0, inode.content.size));
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(':'));
}

function parsePasswd([name, , uid, gid, , home]: string[]): Passwd {
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/' };
}

function parseGroup([name, , gid, members = '']: string[]): Group {
  return { name, gid: Number(gid), members: members.split(',').filter(Boolean) };
}
