// What a Dockerfile says that is allowed but probably not meant: BuildKit's rules under BuildKit's names, those that need
// nothing but the text. Docker's "Build checks". `# check=skip=RULE,RULE;error=true` switches rules off, or makes them errors.
import type { Command, CommandLine } from './command.ts';
import { dockerfileError, type Instruction } from './instruction.ts';
import { environmentOf, lintVariables, PLATFORM_ARG, variablesOf } from './lint-variables.ts';
import type { Dockerfile } from './parse.ts';
import type { Stages, Step } from './stages.ts';

export interface Warning {
  rule: string;
  line: number;
  sentence: string;
}

type Report = (rule: string, line: number, sentence: string) => void;

/** Warnings in the order of lines. Throws when the Dockerfile asks for errors and there is one. */
export function lint(dockerfile: Dockerfile, stages: Stages): Warning[] {
  const { skipped, isError } = parseCheck(dockerfile.check);
  const warnings: Warning[] = [];
  const report: Report = (rule, line, sentence) => {
    if (skipped !== 'all' && !skipped.includes(rule.toLowerCase())) warnings.push({ rule, line, sentence });
  };
  lintText(dockerfile, report);
  lintStages(stages, report);
  warnings.sort((a, b) => a.line - b.line);
  if (!isError || warnings.length === 0) return warnings;
  const [{ rule, line, sentence }] = warnings;
  throw dockerfileError({ file: dockerfile.file, line }, `${rule}: ${sentence} (check=error=true makes this an error)`);
}

/** As `docker build` ends: ` - RULE: sentence (line 3)`. */
export function formatWarnings(warnings: Warning[]): string {
  const lines = warnings.map(({ rule, line, sentence }) => ` - ${rule}: ${sentence} (line ${line})\n`);
  return `\n ${warnings.length} warning${warnings.length === 1 ? '' : 's'} found:\n${lines.join('')}`;
}

function parseCheck(text = ''): { skipped: 'all' | string[]; isError: boolean } {
  const options = new Map(
    text.split(';').map((part) => part.split('=', 2).map((word) => word.trim().toLowerCase()) as [string, string]),
  );
  const skip = options.get('skip') ?? '';
  return { skipped: skip === 'all' ? 'all' : skip.split(','), isError: options.get('error') === 'true' };
}

function lintText({ instructions, emptyContinuations }: Dockerfile, report: Report): void {
  for (const line of emptyContinuations) {
    report('NoEmptyContinuation', line, 'an empty line in a continued instruction will be an error one day; remove it');
  }
  const isUpper = ({ word }: Instruction) => word === word.toUpperCase();
  const upper = instructions.filter(isUpper).length * 2 >= instructions.length;
  for (const instruction of instructions) {
    const wanted = upper ? instruction.keyword : instruction.keyword.toLowerCase();
    if (instruction.word !== wanted) {
      const sentence = `"${instruction.word}" is not written as most instructions here are; write ${wanted}`;
      report('ConsistentInstructionCasing', instruction.line, sentence);
    }
  }
}

function lintStages({ globalArgs, stages }: Stages, report: Report): void {
  const args = globalArgs.flatMap(({ command }) => (command.keyword === 'ARG' ? command.args : []));
  const globals = new Set(args.map(([name]) => name));
  /** What each stage hands on; nothing for those whose base is an image. */
  const environments = new Map<string, string[]>([['scratch', []]]);
  for (const { name, from, steps } of stages) {
    lintFrom(from, globals, report);
    if (name !== undefined && RESERVED.has(name)) {
      report('ReservedStageName', from.place.line, `"${name}" means something else; give the stage another name`);
    }
    const { image } = from.command as Extract<Command, { keyword: 'FROM' }>;
    const inherited = environments.get(image.toLowerCase());
    lintSteps(steps, image === 'scratch', report);
    const known = inherited && new Set(inherited);
    for (const { command, place } of steps) {
      lintVariables(command, known, (rule, sentence) => report(rule, place.line, sentence));
    }
    if (inherited && name !== undefined) environments.set(name, [...inherited, ...environmentOf(steps)]);
  }
}

const RESERVED = new Set(['context', 'scratch']);

function lintFrom({ command, place, original }: Step, globals: Set<string>, report: Report): void {
  const { image, flags, writtenName } = command as Extract<Command, { keyword: 'FROM' }>;
  const [keyword] = original.split(/\s/, 1);
  const as = / (as) \S+$/i.exec(original)?.[1];
  if (as !== undefined && isUpperCase(as) !== isUpperCase(keyword)) {
    report('FromAsCasing', place.line, `"${as}" and "${keyword}" are not written alike`);
  }
  if (writtenName !== undefined && writtenName !== writtenName.toLowerCase()) {
    report('StageNameCasing', place.line, `the stage "${writtenName}" should be called "${writtenName.toLowerCase()}"`);
  }
  const platform = flags.get('platform');
  if (platform === '$TARGETPLATFORM' || platform === '${TARGETPLATFORM}') {
    report('RedundantTargetPlatform', place.line, `--platform=${platform} is what a stage has anyway; leave it out`);
  }
  for (const name of variablesOf(image)) {
    if (globals.has(name) || PLATFORM_ARG.test(name)) continue;
    report('UndefinedArgInFrom', place.line, `no ARG before the first FROM declares "${name}"`);
  }
}

const ONCE = ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'];

/** `absolute`: the working directory is known, as in what begins with nothing. */
function lintSteps(steps: Step[], absolute: boolean, report: Report): void {
  const seen = new Set<string>();
  let isAbsolute = absolute;
  let hasShell = false;
  for (const { command, place, original } of steps) {
    const say = (rule: string, sentence: string) => report(rule, place.line, sentence);
    const { keyword } = command;
    if (ONCE.includes(keyword) && seen.has(keyword))
      say('MultipleInstructionsDisallowed', `only the last ${keyword} of a stage counts`);
    seen.add(keyword);
    if (keyword === 'MAINTAINER')
      say('MaintainerDeprecated', 'use LABEL org.opencontainers.image.authors="..." instead');
    if (keyword === 'SHELL') hasShell = true;
    if ((keyword === 'CMD' || keyword === 'ENTRYPOINT') && !hasShell && isShellForm(command.command)) {
      say('JSONArgsRecommended', `${keyword} in the shell form keeps signals from the program; use a JSON array`);
    }
    if ((keyword === 'ENV' || keyword === 'LABEL') && /^\S+\s+[^\s=]+(\s|$)/.test(original)) {
      say('LegacyKeyValueFormat', `write ${keyword} name=value, not ${keyword} name value`);
    }
    if (keyword === 'WORKDIR' && !isAbsolute && !/^[/$]/.test(command.value)) {
      say('WorkdirRelativePath', `"${command.value}" counts from what the base image says, which may change`);
    }
    if (keyword === 'WORKDIR') isAbsolute = true;
  }
}

function isShellForm(command: CommandLine): boolean {
  return 'shell' in command;
}

function isUpperCase(text: string): boolean {
  return text === text.toUpperCase();
}
