// The instructions that change nothing but the config: ENV, LABEL, CMD, ENTRYPOINT, EXPOSE and so on, one row each.
import { constants } from 'node:os';
import type { Command, CommandLine } from '../../dockerfile/command.ts';
import { dockerfileError, type Place } from '../../dockerfile/instruction.ts';
import type { StageState } from '../stage-state.ts';

/** Expands words with the stage's variables, with the Dockerfile's escape character. */
export interface Expander {
  word(text: string): string;
  words(text: string): string[];
}

/** The record of one keyword. */
type CommandOf<K, C = Command> = C extends { keyword: infer N } ? (K extends N ? C : never) : never;

type ConfigSteps = {
  [K in Command['keyword']]?: (state: StageState, command: CommandOf<K>, expand: Expander, place: Place) => void;
};

const DEFAULT_SHELL = ['/bin/sh', '-c'];

const STEPS: ConfigSteps = {
  CMD(state, { command }) {
    state.config.Cmd = argvOf(state, command);
    state.commandSet = true;
  },
  ENTRYPOINT(state, { command }) {
    state.config.Entrypoint = argvOf(state, command);
    if (!state.commandSet) delete state.config.Cmd;
  },
  ENV(state, { pairs }, expand) {
    const expanded = pairs.map(([name, value]) => [expand.word(name), expand.word(value)]);
    for (const [name, value] of expanded) state.setEnv(name, value);
  },
  EXPOSE(state, { words }, expand, place) {
    const ports = words.flatMap((word) => expand.words(word)).flatMap((word) => portsOf(word, place));
    state.config.ExposedPorts = { ...state.config.ExposedPorts, ...emptyObjects(ports) };
  },
  HEALTHCHECK(state, { healthcheck }) {
    state.config.Healthcheck = healthcheck;
  },
  LABEL(state, { pairs }, expand) {
    const labels = pairs.map(([name, value]) => [expand.word(name), expand.word(value)]);
    state.config.Labels = { ...state.config.Labels, ...Object.fromEntries(labels) };
  },
  MAINTAINER(state, { value }) {
    state.author = value;
  },
  ONBUILD(state, { trigger }) {
    state.config.OnBuild = [...(state.config.OnBuild ?? []), trigger];
  },
  SHELL(state, { exec }) {
    state.config.Shell = exec;
  },
  STOPSIGNAL(state, { value }, expand, place) {
    const signal = expand.word(value);
    if (!isSignal(signal))
      throw dockerfileError(place, `STOPSIGNAL "${signal}" is no signal; use a name such as SIGTERM or a number`);
    state.config.StopSignal = signal;
  },
  USER(state, { value }, expand, place) {
    const user = expand.word(value);
    if (user === '') throw dockerfileError(place, 'USER is empty after expansion; name a user or a uid');
    state.config.User = user;
  },
  VOLUME(state, { words }, expand, place) {
    const paths = words.map((word) => expand.word(word));
    if (paths.includes('')) throw dockerfileError(place, 'VOLUME has an empty path');
    state.config.Volumes = { ...state.config.Volumes, ...emptyObjects(paths) };
  },
};

/** Carries the instruction out when it is one of these; false otherwise. */
export function runConfigStep(state: StageState, command: Command, expand: Expander, place: Place): boolean {
  const step = STEPS[command.keyword] as ((...args: [StageState, Command, Expander, Place]) => void) | undefined;
  step?.(state, command, expand, place);
  return step !== undefined;
}

/** The words of a command line: the shell form goes to SHELL. */
export function argvOf(state: StageState, command: CommandLine): string[] {
  if ('exec' in command) return command.exec;
  return [...(state.config.Shell ?? DEFAULT_SHELL), command.shell];
}

/** `80`, `80/udp`, `8000-8002/tcp`. */
function portsOf(text: string, place: Place): string[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? first);
  if (!match || last < first || last > 65535) {
    throw dockerfileError(place, `EXPOSE "${text}" is no port; write 80, 80/udp or 8000-8010`);
  }
  const protocol = (match[3] ?? 'tcp').toLowerCase();
  return Array.from({ length: last - first + 1 }, (_, i) => `${first + i}/${protocol}`);
}

function isSignal(text: string): boolean {
  const number = Number(text);
  if (/^\d+$/.test(text)) return number >= 1 && number <= 64;
  return /^SIGRT(MIN|MAX)([+-]\d+)?$/.test(text) || `SIG${text.replace(/^SIG/, '')}` in constants.signals;
}

function emptyObjects(keys: string[]): Record<string, Record<string, never>> {
  return Object.fromEntries(keys.map((key) => [key, {}]));
}
