// The rules of lint.ts about variables: names that nothing sets, and secrets that would stay in the image.
import type { Command } from './command.ts';
import type { Step } from './stages.ts';

type Say = (rule: string, sentence: string) => void;

export const PLATFORM_ARG = /^(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)$/;
/** Set in every image, or by the builder. */
const ALWAYS_SET = ['PATH', 'HOME', 'HOSTNAME', 'TERM'];

/** `known`: what is set when the stage begins; undefined for a base whose ENV the text does not tell. */
export function lintVariables(command: Command, known: Set<string> | undefined, say: Say): void {
  lintSecrets(command, say);
  if (!known) return;
  for (const name of expandedIn(command).flatMap(variablesOf)) {
    if (known.has(name) || ALWAYS_SET.includes(name) || PLATFORM_ARG.test(name)) continue;
    say('UndefinedVar', `nothing here sets the variable "$${name}"`);
  }
  for (const name of declaredBy(command)) known.add(name);
}

const SECRET = /(^|_)(passwords?|pword|secrets?|token|apikey|credentials?|key)$/i;

function lintSecrets(command: Command, say: Say): void {
  if (command.keyword !== 'ENV' && command.keyword !== 'ARG') return;
  for (const name of declaredBy(command)) {
    if (!SECRET.test(name) || /public/i.test(name)) continue;
    say('SecretsUsedInArgOrEnv', `${command.keyword} "${name}" stays in the image; use RUN --mount=type=secret`);
  }
}

/** The names that ENV sets for stages that begin with this one. */
export function environmentOf(steps: Step[]): string[] {
  return steps.filter(({ command }) => command.keyword === 'ENV').flatMap(({ command }) => declaredBy(command));
}

function declaredBy(command: Command): string[] {
  if (command.keyword === 'ARG') return command.args.map(([name]) => name);
  return command.keyword === 'ENV' ? command.pairs.map(([name]) => name) : [];
}

/** The texts in which variables are expanded. */
function expandedIn(command: Command): string[] {
  switch (command.keyword) {
    case 'ADD':
    case 'COPY':
      return [...command.sources, command.destination];
    case 'ENV':
    case 'LABEL':
      return command.pairs.map(([, value]) => value);
    case 'EXPOSE':
    case 'VOLUME':
      return command.words;
    case 'STOPSIGNAL':
    case 'USER':
    case 'WORKDIR':
      return [command.value];
  }
  return [];
}

/** Names in `$name` and `${name}`; those with `:-` and the like say themselves what happens when they are not set. */
export function variablesOf(text: string): string[] {
  const plain = text.replace(/'[^']*'/g, '');
  return [...plain.matchAll(/(?<!\\)\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g)].map(
    ([, bare, braced]) => bare ?? braced,
  );
}
