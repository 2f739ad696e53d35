// What a stage has come to after some of its steps: config, layers, history, variables. Its file system is folded from the
// layers only when a step has to look at it, so that a build served from the cache reads no layer.
import type { Lookup } from '../dockerfile/expand.ts';
import type { ContainerConfig, HistoryEntry, ImageConfig } from '../image/oci.ts';
import type { Change } from '../image/layer/change.ts';
import { newRootfs, type Rootfs } from '../image/rootfs.ts';
import type { StoredLayer } from '../image/store/layers.ts';
import type { StepResult } from '../image/store/steps.ts';
import type { Store } from '../image/store/store.ts';
import { creationTime, sourceDateEpoch } from '../image/time.ts';

export class StageState {
  readonly store: Store;
  readonly config: ContainerConfig;
  readonly layers: StoredLayer[];
  readonly history: HistoryEntry[];
  author?: string;
  /** ARGs declared so far with their values; one without a value is undefined. */
  readonly args = new Map<string, string | undefined>();
  /** CMD was set in this stage: then ENTRYPOINT leaves it alone. */
  commandSet = false;
  #rootfs: Promise<Rootfs> = Promise.resolve(newRootfs());
  #folded = 0;
  /** When the last layer was made: what changed only the config since then counts as of that time. */
  #created: string | undefined;

  constructor(
    store: Store,
    from: { config?: ContainerConfig; layers: StoredLayer[]; history?: HistoryEntry[]; author?: string },
  ) {
    this.store = store;
    this.config = structuredClone(from.config ?? {});
    this.layers = [...from.layers];
    this.history = [...(from.history ?? [])];
    this.author = from.author;
  }

  /** The stage's file system. Nobody but layers changes it. */
  rootfs(): Promise<Rootfs> {
    const missing = this.layers.slice(this.#folded);
    this.#folded = this.layers.length;
    if (missing.length > 0) this.#rootfs = this.#rootfs.then((rootfs) => this.store.rootfs(missing, rootfs));
    return this.#rootfs;
  }

  /** Variables as instructions see them: ENV before ARG. */
  readonly lookup: Lookup = (name) => {
    const prefix = `${name}=`;
    const variable = this.config.Env?.find((each) => each.startsWith(prefix));
    return variable === undefined ? this.args.get(name) : variable.slice(prefix.length);
  };

  /** Stores what a step changed; with SOURCE_DATE_EPOCH nothing in it is younger than that. */
  writeLayer(changes: Iterable<Change>): Promise<StoredLayer> {
    return this.store.layers.write(clamped(changes, sourceDateEpoch()));
  }

  setEnv(name: string, value: string): void {
    this.config.Env ??= [];
    const env = this.config.Env;
    const at = env.findIndex((each) => each.startsWith(`${name}=`));
    env.splice(at < 0 ? env.length : at, at < 0 ? 0 : 1, `${name}=${value}`);
  }

  get workingDirectory(): string {
    return this.config.WorkingDir || '/';
  }

  /** Records a step; without a layer it changed the config only. */
  record(createdBy: string, { made, created }: Partial<StepResult> = {}): void {
    if (made) this.layers.push(made);
    this.#created = created ?? this.#created;
    const entry: HistoryEntry = { created: this.#time(), created_by: createdBy, comment: 'wbx' };
    this.history.push(made ? entry : { ...entry, empty_layer: true });
  }

  imageConfig(): ImageConfig {
    return {
      created: this.#time(),
      ...(this.author === undefined ? {} : { author: this.author }),
      architecture: 'amd64',
      os: 'linux',
      config: this.config,
      rootfs: { type: 'layers', diff_ids: this.layers.map(({ diffId }) => diffId) },
      history: this.history,
    };
  }

  #time(): string {
    return this.#created ?? this.history.at(-1)?.created ?? creationTime();
  }
}

function* clamped(changes: Iterable<Change>, most = Number.POSITIVE_INFINITY): Generator<Change> {
  for (const change of changes) {
    if (change.kind === 'inode' && change.inode.mtimeSec > most) {
      yield { ...change, inode: { ...change.inode, mtimeSec: most, mtimeNsec: 0 } };
    } else yield change;
  }
}
