// Runs a command described with commander: its help and its errors in our form, its action's status as the exit status.
import { Command, CommanderError } from 'commander';
import { WbxError } from '../errors.ts';

/** A command that throws instead of ending the process, with examples at the end of its help. */
export function newCommand(name: string, description: string, examples: string[]): Command {
  const lines = examples.map((example) => `  $ ${example}\n`).join('');
  return new Command(`wbx ${name}`)
    .description(description)
    .addHelpText('after', `\nExamples:\n${lines}`)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
}

/** Parses and runs; the status is 0 unless something throws. */
export async function runCommand(command: Command, args: string[]): Promise<number> {
  try {
    await command.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const sentence = error.message.replace(/^error: /, '').replace(/\.?\n.*$/s, '');
    throw new WbxError('BAD_ARGUMENT', `${sentence}; see "${command.name()} --help"`, error);
  }
}
