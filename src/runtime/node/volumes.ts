// Named volumes: directories in the user's data directory, which live until somebody removes them. docker volume.
// Invariant: a volume is a directory DIR/NAME/data; DIR/NAME/volume.json says when it was made and with which labels.
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemCode, WbxError } from '../../errors.ts';
import { type Inode, isDirectory, isFile, type Rootfs } from '../../image/rootfs.ts';

export interface Volume {
  name: string;
  /** Its files. */
  path: string;
  createdAt: string;
  labels: Record<string, string>;
  /** Made by a run that gave no name; `prune` removes it. */
  anonymous: boolean;
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** Contents are copied in pieces of this size. */
const PIECE = 1 << 20;

export class Volumes {
  readonly #dir: string;

  constructor(dir = join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'wbx', 'volumes')) {
    this.#dir = dir;
  }

  /** All, by name. */
  list(): Volume[] {
    const names = fs.existsSync(this.#dir) ? fs.readdirSync(this.#dir).sort() : [];
    return names.flatMap((name) => this.find(name) ?? []);
  }

  find(name: string): Volume | undefined {
    if (!NAME.test(name)) return undefined;
    try {
      const text = fs.readFileSync(join(this.#dir, name, 'volume.json'), 'utf8');
      const { createdAt, labels = {}, anonymous = false } = JSON.parse(text) as Partial<Volume>;
      return { name, path: join(this.#dir, name, 'data'), createdAt: createdAt ?? '', labels, anonymous };
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw new WbxError('IO', `the volume ${name} cannot be read: ${(error as Error).message}`, error);
    }
  }

  /** The volume of that name, made when it does not exist; '' = a new one without a name. */
  use(name: string): Volume {
    return (name && this.find(name)) || this.create(name || randomBytes(32).toString('hex'), {}, name === '');
  }

  create(name: string, labels: Record<string, string> = {}, anonymous = false): Volume {
    if (!NAME.test(name)) {
      throw new WbxError('BAD_ARGUMENT', `"${name}" is no name for a volume: letters, digits, "_", "." and "-" only`);
    }
    const volume: Volume = {
      name,
      path: join(this.#dir, name, 'data'),
      createdAt: new Date().toISOString(),
      labels,
      anonymous,
    };
    fs.mkdirSync(volume.path, { recursive: true });
    fs.writeFileSync(join(this.#dir, name, 'volume.json'), `${JSON.stringify(volume)}\n`);
    return volume;
  }

  remove(name: string): void {
    if (!this.find(name)) throw new WbxError('NOT_FOUND', `no volume "${name}"`);
    fs.rmSync(join(this.#dir, name), { recursive: true });
  }

  isEmpty({ path }: Volume): boolean {
    return fs.readdirSync(path).length === 0;
  }

  /** Copies what the image has at `target` into an empty volume, as Docker does at its first use. */
  async populate(volume: Volume, rootfs: Rootfs | undefined, target: string): Promise<void> {
    let at: Inode | undefined = rootfs;
    for (const name of target.split('/').filter(Boolean)) at = at?.entries?.get(name);
    if (!isDirectory(at)) return;
    // Onto the directory itself go its owner and mode, then everything below.
    own(volume.path, at);
    copyEntries(at, volume.path, new Map());
  }
}

function copyEntries(from: Inode, to: string, links: Map<Inode, string>): void {
  for (const [name, inode] of from.entries ?? []) {
    const path = join(to, name);
    const linked = links.get(inode);
    if (linked !== undefined) fs.linkSync(linked, path);
    else if (copy(inode, path, links)) links.set(inode, path);
  }
}

/** False for what is neither directory, file nor link: a volume has no devices. */
function copy(inode: Inode, path: string, links: Map<Inode, string>): boolean {
  if (inode.target !== undefined) {
    fs.symlinkSync(inode.target, path);
    return true;
  }
  if (isDirectory(inode)) fs.mkdirSync(path);
  else if (isFile(inode)) copyContent(inode, path);
  else return false;
  copyEntries(inode, path, links);
  own(path, inode);
  return true;
}

function copyContent({ content }: Inode, path: string): void {
  const fd = fs.openSync(path, 'wx');
  try {
    const size = content?.size ?? 0;
    for (let at = 0; at < size; at += PIECE) fs.writeSync(fd, content!.read(at, Math.min(PIECE, size - at)));
  } finally {
    fs.closeSync(fd);
  }
}

/** Owners need root's rights; without them everything belongs to the user, who is the box's user inside. */
function own(path: string, { mode, uid, gid, mtimeSec }: Inode): void {
  if (process.geteuid?.() === 0) fs.chownSync(path, uid, gid);
  fs.chmodSync(path, mode & 0o7777);
  fs.utimesSync(path, mtimeSec, mtimeSec);
}
