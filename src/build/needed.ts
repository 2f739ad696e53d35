// Which stages a target needs: its own, those it is FROM, those it copies from. The others are not built.
import type { Command } from '../dockerfile/command.ts';
import { findStage, type Stage } from '../dockerfile/stages.ts';
import { dockerfileError } from '../dockerfile/instruction.ts';
import { WbxError } from '../errors.ts';

/** Indexes in the order of the Dockerfile. `imageOf` gives a stage's FROM with its variables expanded. */
export function neededStages(stages: Stage[], target: number, imageOf: (stage: Stage) => string): number[] {
  const needed = new Set<number>();
  const visit = (index: number): void => {
    if (index < 0 || needed.has(index)) return;
    needed.add(index);
    const stage = stages[index];
    visit(stageByName(stages, imageOf(stage), index));
    for (const { command, place } of stage.steps) {
      for (const from of sourcesOf(command)) {
        if (findStage(stages, from, index) < 0 && findStage(stages, from) >= 0) {
          throw dockerfileError(
            place,
            `${command.keyword} --from=${from} names a stage that comes later; move that stage up`,
          );
        }
        visit(findStage(stages, from, index));
      }
    }
  };
  visit(target);
  return [...needed].sort((a, b) => a - b);
}

/** What COPY --from and the mounts of RUN name. */
export function sourcesOf(command: Command): string[] {
  if (command.keyword === 'COPY') return [command.flags.get('from') ?? ''];
  return command.keyword === 'RUN' ? command.mounts.map(({ options }) => options.get('from') ?? '') : [];
}

/** The earlier stage that FROM names, or -1: then it names an image. */
export function stageByName(stages: Stage[], name: string, before: number): number {
  return stages.findLastIndex((stage, i) => i < before && stage.name === name.toLowerCase());
}

/** --target, by name or number; the last stage when absent. */
export function targetStage(stages: Stage[], target: string | undefined): number {
  const index = target === undefined ? stages.length - 1 : findStage(stages, target);
  if (index >= 0) return index;
  const names = stages.flatMap(({ name }) => name ?? []);
  const known = names.length > 0 ? `; the Dockerfile has ${names.join(', ')}` : '; no stage has a name';
  throw new WbxError('BAD_ARGUMENT', `target stage "${target}" is not in the Dockerfile${known}`);
}
