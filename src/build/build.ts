// A Dockerfile and a context become an image of the store. Invariant: the context is only read; the store gets whole layers
// and, at the end, the image; an error leaves nothing but cached layers.
import type { Command } from '../dockerfile/command.ts';
import { dockerfileError, type Place } from '../dockerfile/instruction.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { formatWarnings, lint, type Warning } from '../dockerfile/lint.ts';
import { findStage, parseStages, type Stage, type Stages } from '../dockerfile/stages.ts';
import { WbxError } from '../errors.ts';
import type { Digest } from '../image/digest.ts';
import type { Rootfs } from '../image/rootfs.ts';
import type { StepResult } from '../image/store/steps.ts';
import type { Image, Store } from '../image/store/store.ts';
import type { Tier } from '../runtime/node/tier.ts';
import { CacheMounts } from './cache-mounts.ts';
import { readContext } from './context.ts';
import { neededStages, stageByName, targetStage } from './needed.ts';
import { formatFailure } from './failure.ts';
import { type Input, type InputOptions, openInput } from './input.ts';
import { Progress, type ProgressSink } from './progress/progress.ts';
import { type ProgressMode, viewOf } from './progress/view.ts';
import { Remote } from './remote.ts';
import { RunWorkers } from './run-workers.ts';
import { StageBuilder } from './stage-builder.ts';
import { StageState } from './stage-state.ts';
import type { Trees } from './steps/copy-plan.ts';
import { Variables } from './variables.ts';

export interface BuildOptions extends InputOptions {
  store: Store;
  target?: string;
  buildArgs?: Map<string, string>;
  /** What RUN --mount=type=secret shows, by id. */
  secrets?: Map<string, Uint8Array>;
  /** Sockets of ssh agents for RUN --mount=type=ssh, by id. */
  agents?: Map<string, string>;
  /** Directories that FROM and --from may name. */
  contexts?: Map<string, string>;
  /** Added to the image's own. */
  labels?: Map<string, string>;
  /** False: every step is carried out, whatever the cache has. */
  useCache?: boolean;
  /** Names of stages that are built anew. */
  noCacheStages?: string[];
  /** Which tiers run the boxes of RUN steps. */
  tier?: Tier;
  /** Gives the image that a FROM or a --from names: by default one of the store. */
  image?(name: string): Promise<Image>;
  progress: ProgressSink;
  /** How it looks there; plain when absent. */
  progressMode?: ProgressMode;
}

/** The image that was built, not named yet, and its file system, which is folded only for those who ask. */
export interface BuildResult {
  image: Image;
  rootfs(): Promise<Rootfs>;
}

/** What a stage FROM scratch starts with, as BuildKit has it. */
const SCRATCH = {
  config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], WorkingDir: '/' },
  layers: [],
};

export async function buildImage(options: BuildOptions): Promise<BuildResult> {
  const remote = new Remote();
  try {
    const input = await openInput(options, remote);
    return await new Build(options, input, remote).run();
  } finally {
    remote.dispose();
  }
}

/** What `wbx build --check` tells, without building. */
export async function checkDockerfile(options: InputOptions): Promise<Warning[]> {
  const remote = new Remote();
  try {
    const { text, file } = await openInput(options, remote);
    const dockerfile = parseDockerfile(text, file);
    return lint(dockerfile, parseStages(dockerfile));
  } finally {
    remote.dispose();
  }
}

class Build {
  readonly #options: BuildOptions;
  readonly #input: Input;
  readonly #parsed: Stages;
  readonly #warnings: Warning[];
  readonly #variables: Variables;
  readonly #progress: Progress;
  /** All that are needed, from the beginning: each waits for those it builds on. */
  readonly #stages = new Map<number, Promise<StageState>>();
  readonly #images = new Map<string, Promise<Image>>();
  readonly #running = new Map<Digest, Promise<StepResult>>();
  readonly #remote: Remote;
  readonly #caches: CacheMounts;
  readonly #failure = new AbortController();
  readonly #workers = new RunWorkers(this.#failure.signal);
  #error: unknown;
  #context: Rootfs | undefined;

  constructor(options: BuildOptions, input: Input, remote: Remote) {
    this.#options = options;
    this.#input = input;
    this.#remote = remote;
    const dockerfile = parseDockerfile(input.text, input.file);
    this.#parsed = parseStages(dockerfile);
    this.#warnings = lint(dockerfile, this.#parsed);
    this.#variables = new Variables(this.#parsed, options.buildArgs ?? new Map());
    this.#progress = new Progress(viewOf(options.progressMode ?? 'plain', options.progress));
    this.#caches = new CacheMounts(options.store.directory);
  }

  async run(): Promise<BuildResult> {
    try {
      return await this.#run();
    } catch (error) {
      if (error instanceof WbxError)
        this.#progress.note(formatFailure(this.#input, error.message, this.#progress.failed));
      throw error;
    } finally {
      this.#workers.close();
      this.#progress.close();
    }
  }

  async #run(): Promise<BuildResult> {
    const { stages } = this.#parsed;
    const target = targetStage(stages, this.#options.target);
    const needed = neededStages(stages, target, (stage) => this.#imageName(stage));
    for (const index of needed) this.#stages.set(index, this.#startStage(index));
    await Promise.allSettled(this.#stages.values());
    if (this.#error !== undefined) throw this.#error;
    this.#warn();
    const state = (await this.#stages.get(target)) as StageState;
    for (const [name, value] of this.#options.labels ?? [])
      state.config.Labels = { ...state.config.Labels, [name]: value };
    return { image: this.#options.store.put(state.imageConfig(), state.layers), rootfs: () => state.rootfs() };
  }

  #warn(): void {
    const unused = this.#variables.unused();
    if (unused.length > 0) this.#progress.note(`warning: no ARG declares the --build-arg ${unused.join(', ')}\n`);
    if (this.#warnings.length > 0) this.#progress.note(formatWarnings(this.#warnings));
  }

  /** The first error ends all other stages. */
  async #startStage(index: number): Promise<StageState> {
    try {
      // A stage finds the earlier ones, which have been started, but not later ones.
      return await this.#buildStage(index);
    } catch (error) {
      this.#error ??= error;
      this.#failure.abort(this.#error);
      throw error;
    }
  }

  /** An earlier stage, once it is built. */
  async #stage(index: number): Promise<StageState | undefined> {
    try {
      return await this.#stages.get(index);
    } finally {
      this.#failure.signal.throwIfAborted();
    }
  }

  async #buildStage(index: number): Promise<StageState> {
    const stage = this.#parsed.stages[index];
    const state = await this.#baseState(stage, index);
    const trees: Trees = {
      context: () => this.#contextTree(),
      from: (name, place) => this.#treeOf(name, index, place),
      remote: (url, { flags }, expand, place) => {
        const checksum = flags.get('checksum');
        return this.#remote.source(url, flags, checksum === undefined ? undefined : expand.word(checksum), place);
      },
    };
    const builder = new StageBuilder(state, {
      variables: this.#variables,
      trees,
      mountSources: {
        trees,
        caches: this.#caches,
        secret: (id) => this.#options.secrets?.get(id),
        agent: (id) => this.#options.agents?.get(id),
      },
      workers: this.#workers,
      tier: this.#options.tier,
      running: this.#running,
      built: (name) => this.#stage(findStage(this.#parsed.stages, name, index)),
      signal: this.#failure.signal,
      progress: this.#progress,
      useCache: (this.#options.useCache ?? true) && !this.#options.noCacheStages?.includes(stage.name ?? String(index)),
      escapeChar: this.#parsed.escapeChar,
      label: this.#parsed.stages.length === 1 ? '' : `${stage.name ?? `stage-${index}`} `,
    });
    await builder.build(stage);
    return state;
  }

  async #baseState(stage: Stage, index: number): Promise<StageState> {
    const { store } = this.#options;
    const name = this.#imageName(stage);
    const earlier = await this.#stage(stageByName(this.#parsed.stages, name, index));
    if (earlier) return new StageState(store, earlier);
    if (name === 'scratch') return new StageState(store, SCRATCH);
    const image = await this.#image(name, stage.from.place);
    return new StageState(store, { ...image.config, layers: image.layers });
  }

  /** FROM with its variables expanded; only linux/amd64 can be asked for. */
  #imageName({ from }: Stage): string {
    const { image, flags } = from.command as Extract<Command, { keyword: 'FROM' }>;
    const expand = this.#variables.expander(this.#variables.global, from.place);
    const platform = expand.word(flags.get('platform') ?? 'linux/amd64');
    if (!/^linux\/(amd64|x86_64)(\/v1)?$/.test(platform)) {
      throw dockerfileError(from.place, `FROM --platform=${platform}: a box runs linux/amd64 only`);
    }
    const name = expand.word(image);
    if (name === '') throw dockerfileError(from.place, `FROM ${image} is empty after expansion; give its ARG a value`);
    return name;
  }

  async #image(name: string, place: Place): Promise<Image> {
    const { image, store } = this.#options;
    try {
      const found = this.#images.get(name) ?? (image ? image(name) : Promise.resolve(store.get(name)));
      this.#images.set(name, found);
      return await found;
    } catch (error) {
      if (error instanceof WbxError) throw dockerfileError(place, error.message, error);
      throw error;
    }
  }

  #contextTree(): Rootfs {
    this.#context ??= this.#input.context();
    return this.#context;
  }

  async #treeOf(name: string, before: number, place: Place): Promise<Rootfs> {
    const stage = await this.#stage(findStage(this.#parsed.stages, name, before));
    if (stage) return stage.rootfs();
    const directory = this.#options.contexts?.get(name);
    if (directory !== undefined) return readContext(directory, directory);
    return this.#options.store.rootfs((await this.#image(name, place)).layers);
  }
}
