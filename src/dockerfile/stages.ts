// Instructions -> stages. Invariant: a stage begins with FROM; what stands before the first FROM is ARG only.
import { type Command, parseCommand } from './command.ts';
import { dockerfileError, type Place } from './instruction.ts';
import type { Dockerfile } from './parse.ts';

export interface Step {
  command: Command;
  place: Place;
  /** As written, for history and progress. */
  original: string;
}

export interface Stage {
  /** In lower case; undefined when FROM gave it none. */
  name?: string;
  from: Step & { command: { keyword: 'FROM' } };
  steps: Step[];
}

export interface Stages {
  /** ARGs before the first FROM: they hold in FROM lines and, redeclared, in stages. */
  globalArgs: Step[];
  stages: Stage[];
  escapeChar: string;
}

export function parseStages({ instructions, file, escapeChar }: Dockerfile): Stages {
  const globalArgs: Step[] = [];
  const stages: Stage[] = [];
  for (const instruction of instructions) {
    const place = { file, line: instruction.line };
    const step: Step = { command: parseCommand(instruction, file, escapeChar), place, original: instruction.original };
    const stage = stages.at(-1);
    if (isFrom(step)) stages.push(newStage(step, stages));
    else if (stage) stage.steps.push(step);
    else if (step.command.keyword === 'ARG') globalArgs.push(step);
    else throw dockerfileError(place, `${step.command.keyword} stands before the first FROM; only ARG may`);
  }
  if (stages.length === 0)
    throw dockerfileError({ file, line: 1 }, 'there is no FROM; a build needs one, for example FROM scratch');
  return { globalArgs, stages, escapeChar };
}

/** The index of a stage by its name or number, among the first `before` ones; -1 when there is none. */
export function findStage(stages: Stage[], name: string, before = stages.length): number {
  const byName = stages.findLastIndex((stage, i) => i < before && stage.name === name.toLowerCase());
  if (byName >= 0 || !/^\d+$/.test(name)) return byName;
  return Number(name) < before ? Number(name) : -1;
}

function isFrom(step: Step): step is Stage['from'] {
  return step.command.keyword === 'FROM';
}

function newStage(from: Stage['from'], earlier: Stage[]): Stage {
  const { name } = from.command as { name?: string };
  if (name !== undefined && earlier.some((stage) => stage.name === name)) {
    throw dockerfileError(from.place, `there is already a stage "${name}"; give this one another name`);
  }
  return { name, from, steps: [] };
}
