// The oracle: buildah builds the same Dockerfile over the same context and base images; its image is folded by our own
// layer code, which has tests of its own, into a tree that can be compared. Needs root and no network.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { loadDockerArchive } from '../../src/image/archive/docker.ts';
import { openFiles } from '../../src/image/archive/files.ts';
import type { ContainerConfig } from '../../src/image/oci.ts';
import type { Rootfs } from '../../src/image/rootfs.ts';
import { Store } from '../../src/image/store/store.ts';

export interface Built {
  rootfs: Rootfs;
  config: ContainerConfig;
}

export class Buildah {
  readonly #directory: string;
  #count = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Takes an image of one of our stores over, under the same name. */
  addImage(store: Store, name: string): void {
    const id = this.#run('pull', '--quiet', `oci:${store.directory}:${name}`).trim();
    this.#run('tag', id, name);
  }

  /** `flags`: further ones of `buildah bud`. */
  async build(context: string, dockerfile: string, flags: string[] = []): Promise<Built> {
    const name = `built-${++this.#count}`;
    const how = ['--quiet', '--pull-never', '--format', 'docker', '--isolation', 'chroot'];
    this.#run('bud', ...how, ...flags, '-f', dockerfile, '-t', name, context);
    const archive = join(this.#directory, `${name}.tar`);
    this.#run('push', '--quiet', name, `docker-archive:${archive}`);
    const store = new Store(join(this.#directory, `${name}-store`));
    const [[image]] = (await loadDockerArchive(store, openFiles(archive))) ?? [];
    return { rootfs: await store.rootfs(image.layers), config: withoutEmpty(image.config.config ?? {}) };
  }

  #run(command: string, ...args: string[]): string {
    const place = ['--root', join(this.#directory, 'root'), '--runroot', join(this.#directory, 'run')];
    return execFileSync('buildah', [...place, '--storage-driver', 'vfs', command, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }
}

/** Docker's format spells out what is not set and names the host that built; buildah signs with a label. */
function withoutEmpty(config: ContainerConfig): ContainerConfig {
  const labels = Object.entries(config.Labels ?? {}).filter(([name]) => name !== 'io.buildah.version');
  const entries = Object.entries({ ...config, Labels: Object.fromEntries(labels) });
  return Object.fromEntries(
    entries.filter(([key, value]) => key !== 'Hostname' && value && Object.keys(value as object).length > 0),
  );
}
