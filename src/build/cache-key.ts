// Keys of the build cache: a digest over everything a step's result depends on, and nothing else. Times of files do not
// count, as in Docker.
import { type Digest, digestOf } from '../image/digest.ts';
import { type Inode, walk } from '../image/rootfs.ts';
import { sourceDateEpoch } from '../image/time.ts';
import type { StoredLayer } from '../image/store/layers.ts';
import { createHash, type Hash } from 'node:crypto';

/** Raised when a step's result changes for the same inputs: old entries are then not found any more. */
const VERSION = 4;

const PIECE = 1 << 20;

export function stepKey(layers: StoredLayer[], step: unknown): Digest {
  const diffIds = layers.map(({ diffId }) => diffId);
  return digestOf(JSON.stringify({ version: VERSION, epoch: sourceDateEpoch() ?? null, diffIds, step }));
}

/** What COPY would put there: paths, modes, owners, link targets and contents of a tree. */
export function treeDigest(tree: Inode): Digest {
  const hash = createHash('sha256');
  const numbers = new Map<Inode, number>();
  for (const [path, inode] of walk(tree)) {
    const number = numbers.get(inode) ?? numbers.size;
    const { mode, uid, gid, rdev, target, content } = inode;
    hash.update(`${JSON.stringify([path, mode, uid, gid, rdev, target, content?.size, number])}\n`);
    for (const [name, value] of inode.xattrs ?? [])
      hash.update(`${JSON.stringify([name, value.length])}\n`).update(value);
    if (!numbers.has(inode)) hashContent(hash, inode);
    numbers.set(inode, number);
  }
  return `sha256:${hash.digest('hex')}`;
}

function hashContent(hash: Hash, { content }: Inode): void {
  for (let at = 0; content && at < content.size; at += PIECE) hash.update(content.read(at, PIECE));
}
