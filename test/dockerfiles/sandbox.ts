// A directory for one test file: a context made of a table, a store, buildah beside it.
import { mkdirSync, rmSync, symlinkSync, writeFileSync, chmodSync, linkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BuildOptions, type BuildResult, buildImage } from '../../src/build/build.ts';
import { type Image, Store } from '../../src/image/store/store.ts';
import { Buildah, type Built } from './buildah.ts';

/** Path -> text; `-> target` makes a symbolic link, `= path` a hard link, a path that ends in a slash a directory. */
export type Files = Record<string, string | { mode: number; text?: string }>;

export class Sandbox {
  /** In lower case: buildah makes an image name of the store's path. */
  readonly directory = join(tmpdir(), `wbx-build-${process.pid}-${process.hrtime.bigint()}`);
  readonly context = join(this.directory, 'context');
  readonly store = new Store(join(this.directory, 'store'));
  readonly buildah = new Buildah(join(this.directory, 'buildah'));
  /** What the last build printed. */
  log = '';

  constructor(files: Files = {}) {
    mkdirSync(this.context, { recursive: true });
    this.write(files);
  }

  write(files: Files): void {
    for (const [path, what] of Object.entries(files)) writeEntry(this.context, path, what);
  }

  writeBytes(path: string, bytes: Uint8Array, mode: number): void {
    writeFileSync(join(this.context, path), bytes, { mode });
  }

  async build(dockerfile: string, options: Partial<BuildOptions> = {}): Promise<Built> {
    const { rootfs, image } = await this.#build(dockerfile, options);
    return { rootfs: await rootfs(), config: image.config.config ?? {} };
  }

  /** Builds from a context that is no directory of this machine. */
  async buildFrom(context: string, dockerfile?: string): Promise<Built> {
    const { rootfs, image } = await buildImage({
      store: this.store,
      context,
      dockerfile,
      progress: { write: () => {} },
    });
    return { rootfs: await rootfs(), config: image.config.config ?? {} };
  }

  async buildImage(dockerfile: string, options: Partial<BuildOptions> = {}): Promise<Image> {
    return (await this.#build(dockerfile, options)).image;
  }

  #build(text: string, options: Partial<BuildOptions>): Promise<BuildResult> {
    this.log = '';
    const write = (text: string) => {
      this.log += text;
    };
    const dockerfile = this.#dockerfile(text);
    return buildImage({ store: this.store, context: this.context, dockerfile, progress: { write }, ...options });
  }

  buildWithBuildah(dockerfile: string, flags?: string[]): Promise<Built> {
    return this.buildah.build(this.context, this.#dockerfile(dockerfile), flags);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #dockerfile(text: string): string {
    const path = join(this.directory, 'Dockerfile');
    writeFileSync(path, text);
    return path;
  }
}

function writeEntry(context: string, path: string, what: string | { mode: number; text?: string }): void {
  const file = join(context, path);
  const text = typeof what === 'string' ? what : (what.text ?? '');
  mkdirSync(path.endsWith('/') ? file : dirname(file), { recursive: true });
  if (text.startsWith('-> ')) symlinkSync(text.slice(3), file);
  else if (text.startsWith('= ')) linkSync(join(context, text.slice(2)), file);
  else if (!path.endsWith('/')) writeFileSync(file, text);
  if (typeof what !== 'string') chmodSync(file, what.mode);
}
