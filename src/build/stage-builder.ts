// Builds one stage: its steps in order, each from the cache when nothing it depends on has changed.
import { posix } from 'node:path';
import { type Command, parseCommand } from '../dockerfile/command.ts';
import { dockerfileError, type Place } from '../dockerfile/instruction.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import type { Stage, Step } from '../dockerfile/stages.ts';
import { systemCode, WbxError } from '../errors.ts';
import type { Digest } from '../image/digest.ts';
import type { StoredLayer } from '../image/store/layers.ts';
import type { StepResult } from '../image/store/steps.ts';
import { creationTime } from '../image/time.ts';
import { resolveOwner } from '../image/users.ts';
import type { Tier } from '../runtime/node/tier.ts';
import { stepKey } from './cache-key.ts';
import type { Progress, StepProgress } from './progress/progress.ts';
import type { RunWorkers } from './run-workers.ts';
import type { StageState } from './stage-state.ts';
import { runConfigStep } from './steps/config.ts';
import { sourcesOf } from './needed.ts';
import { planCopy, type Trees } from './steps/copy-plan.ts';
import { copyChanges } from './steps/copy.ts';
import { argvOf } from './steps/config.ts';
import { planRun, run } from './steps/run.ts';
import { type MountSources, planMounts } from './steps/run-mounts.ts';
import { workdirChanges } from './steps/workdir.ts';
import type { Variables } from './variables.ts';

/** Instructions that make layers: the ones that progress counts. */
const LAYER_KEYWORDS = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

export interface StageOptions {
  variables: Variables;
  trees: Trees;
  mountSources: MountSources;
  workers: RunWorkers;
  tier?: Tier;
  progress: Progress;
  useCache: boolean;
  /** Steps that are being carried out, by their keys: one that two stages have in common is carried out once. */
  running: Map<Digest, Promise<StepResult>>;
  /** Resolves when the earlier stage of that name is built, at once when there is none. */
  built(name: string): Promise<unknown>;
  /** Given when another stage has failed. */
  signal: AbortSignal;
  escapeChar: string;
  /** What progress puts before the step's number: "build " or "". */
  label: string;
}

export class StageBuilder {
  readonly #state: StageState;
  readonly #options: StageOptions;
  #number = 1;
  #total = 1;

  constructor(state: StageState, options: StageOptions) {
    this.#state = state;
    this.#options = options;
  }

  async build(stage: Stage): Promise<void> {
    const steps = [...this.#triggers(stage.from.place), ...stage.steps];
    this.#total = 1 + steps.filter(({ command }) => LAYER_KEYWORDS.has(command.keyword)).length;
    const { image } = stage.from.command as Extract<Command, { keyword: 'FROM' }>;
    this.#options.progress.step(this.#title(`FROM ${image}`)).done();
    for (const step of steps) {
      this.#options.signal.throwIfAborted();
      await this.#step(step);
    }
  }

  /** ONBUILD instructions of the base, as if they stood behind FROM. */
  #triggers(place: Place): Step[] {
    const triggers = this.#state.config.OnBuild ?? [];
    delete this.#state.config.OnBuild;
    return triggers.flatMap((text) =>
      parseDockerfile(text, place.file).instructions.map((instruction) => {
        const command = parseCommand({ ...instruction, line: place.line }, place.file, this.#options.escapeChar);
        return { command, place, original: instruction.original };
      }),
    );
  }

  async #step({ command, place, original }: Step): Promise<void> {
    const state = this.#state;
    const expand = this.#options.variables.expander(state.lookup, place);
    if (command.keyword === 'ARG') this.#options.variables.declare(state, command.args, expand);
    else if (LAYER_KEYWORDS.has(command.keyword)) return this.#layerStep(command, place, original);
    else runConfigStep(state, command, expand, place);
    state.record(original);
  }

  async #layerStep(command: Command, place: Place, original: string): Promise<void> {
    // A step has not begun while it waits for another stage.
    for (const from of sourcesOf(command)) await this.#options.built(from);
    const progress = this.#options.progress.step(this.#title(original));
    try {
      const result = await this.#layer(command, place, progress);
      this.#state.record(this.#createdBy(command, original), result);
    } catch (error) {
      const { signal } = this.#options;
      if (signal.aborted) {
        progress.canceled();
        throw signal.reason;
      }
      const located = locate(error, place);
      progress.error(located.message.replace(`${place.file}:${place.line}: `, ''));
      throw located;
    }
  }

  async #layer(command: Command, place: Place, progress: StepProgress): Promise<StepResult> {
    const { variables, trees } = this.#options;
    const state = this.#state;
    const expand = variables.expander(state.lookup, place);
    if (command.keyword === 'RUN') {
      const { mountSources, workers, tier } = this.#options;
      const mounts = await planMounts(command.mounts, mountSources, expand, place);
      const plan = planRun(state, command, mounts);
      // Proxies are no part of the key: another network makes no other image.
      const env = [...variables.proxies(), ...plan.env];
      const make = () => run(state, { ...plan, env }, mounts.mounts, { workers, tier, progress }, place);
      // Nor where this machine has the sockets.
      const { sockets: _, ...key } = plan;
      return this.#cached(['RUN', key], progress, make);
    }
    if (command.keyword === 'COPY' || command.keyword === 'ADD') {
      const { plan, key } = await planCopy(state, command, trees, expand, place);
      const store = async () => state.writeLayer(await copyChanges(await state.rootfs(), plan));
      return this.#cached(key, progress, store);
    }
    if (command.keyword !== 'WORKDIR') throw new RangeError(`${command.keyword} makes no layer`);
    state.config.WorkingDir = posix.resolve(state.workingDirectory, expand.word(command.value) || '.');
    return this.#workdir(progress, place);
  }

  /** WORKDIR makes a layer only where the directory is missing. */
  #workdir(progress: StepProgress, place: Place): Promise<StepResult> {
    const { config, workingDirectory } = this.#state;
    return this.#cached(['WORKDIR', workingDirectory, config.User ?? ''], progress, async () => {
      const rootfs = await this.#state.rootfs();
      const { uid, gid } = resolveOwner(rootfs, config.User ?? '0');
      const changes = workdirChanges(rootfs, workingDirectory, { uid, gid }, place);
      return changes.length === 0 ? undefined : this.#state.writeLayer(changes);
    });
  }

  async #cached(
    step: unknown,
    progress: StepProgress,
    make: () => Promise<StoredLayer | undefined>,
  ): Promise<StepResult> {
    const { running, useCache } = this.#options;
    const { store, layers } = this.#state;
    const key = stepKey(layers, step);
    const known = running.get(key) ?? (useCache ? store.steps.get(key) : undefined);
    const result = known ?? this.#carryOut(key, make);
    const made = await result;
    if (known) progress.cached();
    else progress.done();
    return made;
  }

  /** Runs what makes a step's layer and keeps the result. */
  #carryOut(key: Digest, make: () => Promise<StoredLayer | undefined>): Promise<StepResult> {
    const { running } = this.#options;
    const carry = async (): Promise<StepResult> => {
      const result = { made: await make(), created: creationTime() };
      this.#state.store.steps.set(key, result);
      return result;
    };
    const result = carry().finally(() => running.delete(key));
    running.set(key, result);
    return result;
  }

  #title(text: string): string {
    const number = this.#number++;
    return `[${this.#options.label}${number}/${this.#total}] ${text}`;
  }

  #createdBy(command: Command, original: string): string {
    if (command.keyword !== 'RUN' || 'exec' in command.command) return original;
    return `RUN ${argvOf(this.#state, command.command).join(' ')}`;
  }
}

/** Puts the line before errors that do not know it yet. */
function locate(error: unknown, place: Place): WbxError {
  if (error instanceof WbxError) {
    const located = error.message.startsWith(`${place.file}:`);
    return located ? error : new WbxError(error.code, `${place.file}:${place.line}: ${error.message}`, error);
  }
  if (systemCode(error) !== undefined) return dockerfileError(place, (error as Error).message, error);
  throw error;
}
