// Where translations are kept: $XDG_CACHE_HOME/wbx/translations/VERSION, files by the digest of their code page.
// Invariant: what is read there becomes code of ours, so neither the directory nor a file may be anybody else's; a file is
// never seen half-written, since it is renamed into place.
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../package-file.ts';

/** Bytes that all translations may take on disk: a large program (gcc, a JVM) has some 10 MB. */
const MAX_BYTES = 256 << 20;
/** A file that was used is marked as such once a day. */
const DAY_MS = 86_400_000;
/** What the translations depend on besides the code pages: this package's translator and layouts, bundled or not. */
const BUNDLE = ['dist/bin'];
const MODULES = ['dist/src/translate', 'dist/abi', 'dist/isa'];

export class TranslationDirectory {
  readonly #root: string;
  readonly #path: string;

  private constructor(root: string, path: string) {
    this.#root = root;
    this.#path = path;
  }

  /** Undefined where there is no directory that is ours alone. */
  static open(environment = process.env): TranslationDirectory | undefined {
    const root = join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'wbx', 'translations');
    const path = join(root, version());
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      return isOurs(root) && isOurs(path) ? new TranslationDirectory(root, path) : undefined;
    } catch {
      return undefined;
    }
  }

  read(digest: string): Uint8Array | undefined {
    let fd: number | undefined;
    try {
      fd = openSync(join(this.#path, digest), constants.O_RDONLY | constants.O_NOFOLLOW);
      const { uid, mode, mtimeMs } = fstatSync(fd);
      if (uid !== process.geteuid?.() || (mode & constants.S_IFMT) !== constants.S_IFREG) return undefined;
      const bytes = readFileSync(fd);
      const now = Date.now();
      if (now - mtimeMs > DAY_MS) futimesSync(fd, now / 1000, now / 1000);
      return bytes;
    } catch {
      return undefined;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  /** What cannot be written is not kept. */
  write(digest: string, bytes: Uint8Array): void {
    const temporary = join(this.#path, `.${randomBytes(8).toString('hex')}`);
    try {
      writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' });
      renameSync(temporary, join(this.#path, digest));
    } catch {
      rmSync(temporary, { force: true });
    }
  }

  /** Removes what was used least recently, of all versions, as far as there is too much. */
  sweep(maxBytes = MAX_BYTES): void {
    const files = readdirSync(this.#root).flatMap((version) => filesOf(join(this.#root, version)));
    let total = files.reduce((sum, { size }) => sum + size, 0);
    if (total <= maxBytes) return;
    for (const { path, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      // Well below the limit, so that the next runs need not sweep.
      if (total <= maxBytes * 0.8) return;
      rmSync(path, { force: true });
      total -= size;
    }
  }
}

function filesOf(directory: string): { path: string; size: number; mtimeMs: number }[] {
  const names = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile());
  return names.flatMap(({ name }) => {
    const path = join(directory, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? [{ path, size: stat.size, mtimeMs: stat.mtimeMs }] : [];
  });
}

/** A directory of this user's that nobody else can write to or read. */
function isOurs(path: string): boolean {
  const stat = lstatSync(path);
  return stat.isDirectory() && stat.uid === process.geteuid?.() && (stat.mode & 0o077) === 0;
}

let versionDigest: string | undefined;

function version(): string {
  if (versionDigest) return versionDigest;
  const hash = createHash('sha256');
  const sources = import.meta.url.includes('/dist/bin/') ? BUNDLE : MODULES;
  for (const source of sources) hashSources(hash, fileURLToPath(packageFile(source)));
  versionDigest = hash.digest('hex').slice(0, 32);
  return versionDigest;
}

function hashSources(hash: ReturnType<typeof createHash>, directory: string): void {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) hashSources(hash, path);
    else if (/(?<!\.test)\.c?js$/.test(entry.name)) hash.update(entry.name).update(readFileSync(path));
  }
}
