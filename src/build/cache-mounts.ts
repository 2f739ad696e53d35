// What RUN --mount=type=cache keeps between builds: for each id the layers that commands have written there, one file each
// below the store. Invariant: an id's list names only whole layers; commands that run at once each add theirs to it, but see
// what the others wrote only when they are over.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { dockerfileError, type Place } from '../dockerfile/instruction.ts';
import { digestOf, hexOf } from '../image/digest.ts';
import { OpenFile, replaceFile } from '../image/files.ts';
import { applyLayer } from '../image/layer/apply.ts';
import type { Change } from '../image/layer/change.ts';
import { readLayer, writeLayer } from '../image/layer/tar.ts';
import { type Directory, type Inode, isDirectory, newDirectory, walk } from '../image/rootfs.ts';
import { acquire } from '../image/store/lock.ts';

/** A list this long is written anew as one layer: reading it costs more than that. */
const MAX_LAYERS = 16;
/** The id as it is written, for people: the directory's name is its digest. */
const ID_FILE = 'id';

/** Whether commands may have a cache at once: all, one after the other, or the first one while others get an empty one. */
type Sharing = 'shared' | 'locked' | 'private';

export function parseSharing(text = 'shared', place: Place): Sharing {
  if (text === 'shared' || text === 'locked' || text === 'private') return text;
  throw dockerfileError(place, `RUN --mount: sharing=${text} is none of shared, locked and private`);
}

export interface OpenCache {
  inode: Directory;
  keep?(changes: Change[]): Promise<void>;
  release?(): void;
}

export class CacheMounts {
  readonly #directory: string;

  constructor(storeDirectory: string) {
    this.#directory = join(storeDirectory, 'cache-mounts');
  }

  /** The cache's tree, or `fresh` when there is none yet; `keep` adds what a command changed in it. */
  async open(id: string, fresh: Directory, sharing: Sharing): Promise<OpenCache> {
    const place = join(this.#directory, hexOf(digestOf(id)));
    if (sharing === 'shared') return { inode: treeOf(place, id, fresh), keep: (changes) => keep(place, id, changes) };
    let tries = 0;
    const lock = await acquire(`${place}.lock`, () => sharing === 'private' && tries++ > 0);
    if (!lock) return { inode: fresh };
    return {
      inode: treeOf(place, id, fresh),
      keep: (changes) => keep(place, id, changes),
      release: () => lock.release(),
    };
  }

  /** Removes all caches; answers their ids and the bytes they took. */
  prune(): { id: string; bytes: number }[] {
    const entries = existsSync(this.#directory) ? readdirSync(this.#directory) : [];
    const places = entries.filter((name) => /^[0-9a-f]+$/.test(name));
    const removed = places.map((name) => {
      const place = join(this.#directory, name);
      const bytes = readdirSync(place).reduce((sum, file) => sum + statSync(join(place, file)).size, 0);
      const file = join(place, ID_FILE);
      return { id: existsSync(file) ? readFileSync(file, 'utf8') : name, bytes };
    });
    rmSync(this.#directory, { recursive: true, force: true });
    return removed;
  }
}

function treeOf(place: string, id: string, fresh: Directory): Directory {
  const tree: Directory = { ...fresh, entries: new Map(fresh.entries) };
  for (const name of listOf(place))
    applyLayer(tree, readLayer(new OpenFile(join(place, name)), `cache ${id}`), `cache ${id}`);
  return tree;
}

async function keep(place: string, id: string, changes: Change[]): Promise<void> {
  if (changes.length === 0) return;
  mkdirSync(place, { recursive: true });
  const lock = await acquire(join(place, 'list.lock'));
  try {
    writeFileSync(join(place, ID_FILE), id);
    const layers = listOf(place);
    if (layers.length + 1 < MAX_LAYERS) return setList(place, [...layers, writeNew(place, changes)]);
    const tree = treeOf(place, id, newDirectory());
    applyLayer(tree, changes, `cache ${id}`);
    setList(place, [writeNew(place, everything(tree))]);
    for (const old of layers) rmSync(join(place, old), { force: true });
  } finally {
    lock?.release();
  }
}

function listOf(place: string): string[] {
  const path = join(place, 'layers.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : [];
}

function setList(place: string, layers: string[]): void {
  const temporary = join(place, `layers.json.${process.pid}`);
  writeFileSync(temporary, JSON.stringify(layers));
  replaceFile(temporary, join(place, 'layers.json'));
}

function writeNew(place: string, changes: Iterable<Change>): string {
  const name = `${process.hrtime.bigint()}-${process.pid}.tar`;
  const temporary = join(place, `${name}.part`);
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    writeLayer(changes, (bytes) => writeSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
  replaceFile(temporary, join(place, name));
  return name;
}

/** The whole tree as changes. */
function* everything(tree: Directory): Generator<Change> {
  const first = new Map<Inode, string>();
  for (const [path, inode] of walk(tree)) {
    const target = isDirectory(inode) ? undefined : first.get(inode);
    if (target !== undefined) yield { kind: 'hardlink', path, target };
    else
      yield { kind: 'inode', path, inode: isDirectory(inode) ? { ...inode, entries: newDirectory().entries } : inode };
    first.set(inode, path);
  }
}
