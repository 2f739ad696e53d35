// A tree as lines that can be compared: path, type and mode, owner, link target, hard links, digest of the contents.
import { digestOf } from '../../src/image/digest.ts';
import { type Inode, type Rootfs, walk } from '../../src/image/rootfs.ts';

/** What building itself leaves behind and no two builders agree on. */
const IGNORED = /^(proc|sys|dev|run)(\/|$)|^etc\/(hosts|resolv\.conf|hostname)$/;

export function describe(rootfs: Rootfs): string[] {
  const first = new Map<Inode, string>();
  return [...walk(rootfs)].flatMap(([path, inode]) => {
    if (path === '' || IGNORED.test(path)) return [];
    const link = first.get(inode);
    if (link === undefined && !inode.entries) first.set(inode, path);
    return [`/${path} ${link === undefined ? attributes(inode) : `= /${link}`}`];
  });
}

function attributes({ mode, uid, gid, rdev, target, content, xattrs }: Inode): string {
  const words = [mode.toString(8), `${uid}:${gid}`];
  if (rdev !== 0) words.push(`device ${rdev}`);
  if (target !== undefined) words.push(`-> ${target}`);
  if (content) words.push(digestOf(content.read(0, content.size)).slice(7, 23));
  for (const [name, value] of xattrs ?? []) words.push(`${name}=${Buffer.from(value).toString('hex')}`);
  return words.join(' ');
}
