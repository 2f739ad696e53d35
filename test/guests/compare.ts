// One guest program on Linux and in a box, case by case.
import { runInBoxes } from './in-box.ts';
import { runNatively } from './native.ts';
import { type CaseOutput, casesOf } from './outcome.ts';
import { compile, type Program } from './programs.ts';

export interface CaseResult {
  /** Program and case, such as `fs/open:creates`. */
  name: string;
  same: boolean;
  native: CaseOutput;
  /** Absent when no box came to it. */
  box: CaseOutput | undefined;
}

export interface Comparison {
  program: Program;
  cases: CaseResult[];
  /** What the runs as a whole differ in; '' = nothing. */
  difference: string;
}

/** Runs a program on both. `wanted` selects cases; none = all. Throws when Linux does not run it to its end. */
export async function compare(program: Program, wanted: string[] = [], strace = false): Promise<Comparison> {
  const binary = await compile(program);
  const outcome = await runNatively(binary, wanted);
  const native = casesOf(outcome);
  if (outcome.status !== 0 || native.length === 0)
    throw new Error(`${program.name} ends with ${outcome.status} on Linux:\n${outcome.stdout}${outcome.stderr}`);
  const names = native.map(({ name }) => name);
  const run = await runInBoxes(binary, names, strace);
  const inBox = new Map(run.cases.map((each) => [each.name, each]));
  const cases = native.map((each) => result(program, each, inBox.get(each.name)));
  const difference = run.status === outcome.status ? '' : `status ${outcome.status} on Linux, ${run.status} in the box`;
  return { program, cases, difference };
}

function result(program: Program, native: CaseOutput, box: CaseOutput | undefined): CaseResult {
  const same = box !== undefined && box.stdout === native.stdout && box.stderr === native.stderr;
  return { name: `${program.name}:${native.name}`, same, native, box };
}

/** Lines that differ, those of Linux with `-`, those of the box with `+`. */
export function difference({ native, box }: CaseResult): string {
  if (!box) return '  (no box came to this case)';
  const streams = [
    [native.stdout, box.stdout],
    [native.stderr, box.stderr],
  ];
  return streams.flatMap(([a, b]) => (a === b ? [] : lineDifference(a.split('\n'), b.split('\n')))).join('\n');
}

/** Between the first and the last line that differ. */
function lineDifference(a: string[], b: string[]): string[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const cut = (lines: string[], mark: string) =>
    lines.slice(start, lines.length - end).map((line) => `  ${mark} ${line}`);
  const context = start > 0 ? [`    ${a[start - 1]}`] : [];
  return [...context, ...cut(a, '-'), ...cut(b, '+')];
}
